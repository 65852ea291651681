package dev.weir.transport.tcp;

import dev.weir.transport.Endpoint;
import dev.weir.transport.TransportException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// Converts endpoints to the JDK's socket addresses and back.
///
/// **Threads:** immutable.
public final class SocketAddresses {
    private SocketAddresses() {}

    /// The address for a socket to listen on or to connect to.
    ///
    /// @throws TransportException for a name, which has to be looked up first, and for a path of the file system
    public static SocketAddress of(Endpoint endpoint) {
        return switch (endpoint) {
            case Endpoint.Inet inet -> new InetSocketAddress(inet.address(), inet.port());
            case Endpoint.Name name ->
                throw new TransportException(name + " is a name, and TCP takes addresses only: look it up first");
            case Endpoint.Unix path ->
                throw new TransportException(path + " is a path of the file system, and TCP takes addresses only");
        };
    }

    /// The endpoint of a socket's address.
    public static Endpoint.Inet endpoint(SocketAddress address) {
        var inet = (InetSocketAddress) address;
        return Endpoint.inet(inet.getAddress(), inet.getPort());
    }
}
