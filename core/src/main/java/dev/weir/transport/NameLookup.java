package dev.weir.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/// Looks up the addresses of host names: the step from an [Endpoint.Name] to endpoints that can be connected to. A
/// network never calls it.
///
/// **Threads:** thread-safe.
/// **Waits:** as long as the resolver takes; the system's resolver cannot be interrupted.
@FunctionalInterface
public interface NameLookup {
    /// The system's resolver.
    NameLookup SYSTEM = NameLookup::bySystem;

    /// All addresses of `host` with `port`, in the order of the resolver.
    ///
    /// @throws TransportException if it has none; the cause says why
    List<Endpoint.Inet> lookUp(String host, int port);

    private static List<Endpoint.Inet> bySystem(String host, int port) {
        try {
            var found = new ArrayList<Endpoint.Inet>();
            // Why: RFC 6761 section 6.3; a hosts file knows it only without the dot.
            String asked = host.equals("localhost.") ? "localhost" : host;
            for (InetAddress address : InetAddress.getAllByName(asked)) found.add(Endpoint.inet(address, port));
            return found;
        } catch (UnknownHostException unknown) {
            throw new TransportException("the name " + host + " is not known here", unknown);
        }
    }
}
