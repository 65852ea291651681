package dev.weir.testing;

import dev.weir.transport.Endpoint;
import org.jspecify.annotations.Nullable;

/// Where raw paths come in; it never waits.
interface RawListener {
    Endpoint local();

    /// The path of the next peer that has connected; null when none has.
    @Nullable
    RawPath poll();

    void close();
}
