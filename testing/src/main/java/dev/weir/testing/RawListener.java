package dev.weir.testing;

import dev.weir.transport.Endpoint;
import org.jspecify.annotations.Nullable;

/// Accepts raw paths; never waits.
interface RawListener {
    Endpoint local();

    /// The next accepted path; null when there is none.
    @Nullable
    RawPath poll();

    void close();
}
