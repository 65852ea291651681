package dev.weir.transport.tcp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.transport.Endpoint;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/// The JDK's objects for the addresses connected to lately: a socket keeps its address object, and all sockets to
/// the same endpoint share one.
///
/// **Threads:** thread-safe.
/// **Limits:** 256 addresses; the least recently used one is dropped.
final class DialledAddresses {
    private static final int PLACES = 256;

    @GuardedBy("this")
    private final Map<Endpoint, SocketAddress> places = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Endpoint, SocketAddress> eldest) {
            return size() > PLACES;
        }
    };

    synchronized SocketAddress of(Endpoint endpoint) {
        return places.computeIfAbsent(endpoint, SocketAddresses::of);
    }
}
