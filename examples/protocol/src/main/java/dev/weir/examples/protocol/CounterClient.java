package dev.weir.examples.protocol;

import dev.weir.transport.Endpoint;
import dev.weir.transport.tcp.SocketAddresses;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A client as anybody would write it, without Weir: it blocks.
///
/// **Owns:** its socket, until [#close].
/// **Threads:** confined to one thread.
/// **Fails:** [#add] with an [IOException] when no whole answer came; the server may have added all the
/// same.
final class CounterClient implements AutoCloseable {
    private static final int ANSWER_BYTES_MAX = 64;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    CounterClient(Endpoint server) throws IOException {
        socket = new Socket();
        socket.connect(SocketAddresses.of(server));
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    long add(long number) throws IOException {
        byte[] request = ("ADD " + number).getBytes(StandardCharsets.US_ASCII);
        out.writeInt(request.length);
        out.write(request);
        int length = in.readInt();
        if (length < 0 || length > ANSWER_BYTES_MAX) throw new IOException("an answer of " + length + " bytes");
        byte[] answer = new byte[length];
        in.readFully(answer);
        try {
            return Long.parseLong(new String(answer, StandardCharsets.US_ASCII));
        } catch (NumberFormatException notANumber) {
            throw new IOException("the server refused to add " + number, notANumber);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
