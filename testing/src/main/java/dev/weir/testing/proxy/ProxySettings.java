package dev.weir.testing.proxy;

import dev.weir.transport.Endpoint;
import java.util.List;

/// The settings of a fault proxy.
///
/// **Threads:** immutable.
///
/// @param listen the address for clients; port 0 lets the network choose
/// @param target the address that clients are connected to
/// @param connectionsMax clients at once, at least 1; more are reset
/// @param upstream the initial faults of the direction to the target
/// @param downstream the initial faults of the direction to the client
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

    /// Listens on this machine without faults; 256 clients at once.
    public static ProxySettings to(Endpoint target) {
        var here = Endpoint.loopback(0);
        return new ProxySettings(here, target, CONNECTIONS_MAX, List.of(), List.of());
    }
}
