package dev.weir.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/// The seam between Weir and whoever knows the addresses of names: the step from an [Endpoint.Name] to places that
/// can be connected to. Only whoever resolves names calls it; a network never does.
///
/// **Threads:** thread-safe.
/// **Waits:** as long as whoever knows them takes; nothing interrupts the system's resolver.
@FunctionalInterface
public interface NameLookup {
    /// The system's resolver.
    NameLookup SYSTEM = NameLookup::bySystem;

    /// All addresses of `host`, in the order they were told, with `port`.
    ///
    /// @throws TransportException when it has none; the cause says why
    List<Endpoint.Inet> lookUp(String host, int port);

    private static List<Endpoint.Inet> bySystem(String host, int port) {
        try {
            var found = new ArrayList<Endpoint.Inet>();
            // Why: RFC 6761 section 6.3; a file of hosts knows it without the dot only.
            String asked = host.equals("localhost.") ? "localhost" : host;
            for (InetAddress address : InetAddress.getAllByName(asked)) found.add(Endpoint.inet(address, port));
            return found;
        } catch (UnknownHostException unknown) {
            throw new TransportException("the name " + host + " is not known here", unknown);
        }
    }
}
