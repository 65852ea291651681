package dev.weir.transport.tcp;

import dev.weir.transport.Endpoint;
import dev.weir.transport.TransportException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// Endpoints as the JDK's sockets have them: the one place that knows both.
///
/// **Threads:** immutable.
public final class SocketAddresses {
    private SocketAddresses() {}

    /// What a socket listens on or connects to.
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

    /// What a socket says of one of its ends.
    public static Endpoint.Inet endpoint(SocketAddress address) {
        var inet = (InetSocketAddress) address;
        return Endpoint.inet(inet.getAddress(), inet.getPort());
    }
}
