package dev.weir.transport.tcp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.transport.Endpoint;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/// The addresses connected to lately, as the JDK has them: a socket keeps the one it was given, and all that lead
/// to one place share it.
///
/// **Threads:** thread-safe.
/// **Limits:** 256 places; the one that was not asked for longest leaves.
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
