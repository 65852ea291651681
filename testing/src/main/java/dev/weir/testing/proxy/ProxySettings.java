package dev.weir.testing.proxy;

import dev.weir.transport.Endpoint;
import java.util.List;

/// What a fault proxy is opened with.
///
/// **Threads:** immutable.
///
/// @param listen where clients come in; port 0 lets the network choose
/// @param target where each of them is joined to
/// @param connectionsMax clients at once, at least 1; more are reset
/// @param upstream what is done from the beginning to bytes towards the target
/// @param downstream what is done from the beginning to bytes towards the client
public record ProxySettings(
        Endpoint listen, Endpoint target, int connectionsMax, List<ProxyFault> upstream, List<ProxyFault> downstream) {
    private static final int CONNECTIONS_MAX = 256;

    /// Copies the lists, refuses nonsense.
    public ProxySettings {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax must be at least 1, was " + connectionsMax);
        }
        upstream = List.copyOf(upstream);
        downstream = List.copyOf(downstream);
    }

    /// Listens on this machine and does no harm yet; 256 clients at once.
    public static ProxySettings to(Endpoint target) {
        var here = Endpoint.loopback(0);
        return new ProxySettings(here, target, CONNECTIONS_MAX, List.of(), List.of());
    }
}
