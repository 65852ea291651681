package dev.weir.testing;

import dev.weir.transport.Endpoint;
import dev.weir.transport.tcp.SocketAddresses;
import java.io.IOException;
import java.net.Socket;

/// Plain sockets, for peers that block.
///
/// **Threads:** thread-safe.
public final class Sockets {
    private Sockets() {}

    /// A socket connected to `endpoint`.
    ///
    /// @return the socket, owned by the caller
    public static Socket dial(Endpoint endpoint) throws IOException {
        var socket = new Socket();
        try {
            socket.connect(SocketAddresses.of(endpoint));
            return socket;
        } catch (IOException | RuntimeException | Error failure) {
            socket.close();
            throw failure;
        }
    }
}
