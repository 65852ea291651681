package dev.weir.testing;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Where raw paths come in; it never waits.
interface RawDoor {
    InetSocketAddress local();

    /// The path of the next peer that has connected; null when none has.
    @Nullable
    RawPath poll();

    void close();
}
