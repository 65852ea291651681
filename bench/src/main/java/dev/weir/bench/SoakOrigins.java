package dev.weir.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// An origin of the soak: answers small and large bodies, takes uploads, and can die and come back at the same
/// port.
///
/// **Owns:** its socket, its connections and a virtual thread for each; gone with [#die].
/// **Threads:** [#die] and [#revive] are confined to one thread.
final class SoakOrigins {
    private static final int LARGE_BYTES = 1 << 20;
    private static final byte[] SMALL = "hello, soak\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LARGE = new byte[LARGE_BYTES];
    private static final int HEAD_BYTES_MAX = 16 << 10;

    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private ServerSocket door;

    private SoakOrigins(ServerSocket door) {
        this.door = door;
        this.port = door.getLocalPort();
    }

    static SoakOrigins start() throws IOException {
        var origin = new SoakOrigins(door(0));
        origin.serve();
        return origin;
    }

    int port() {
        return port;
    }

    void die() throws IOException {
        door.close();
        for (Socket one : open) one.close();
    }

    void revive() throws IOException {
        door = door(port);
        serve();
    }

    private static ServerSocket door(int port) throws IOException {
        var door = new ServerSocket();
        door.setReuseAddress(true);
        door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
        return door;
    }

    private void serve() {
        ServerSocket mine = door;
        Thread.ofVirtual().start(() -> {
            while (!mine.isClosed()) {
                try {
                    Socket socket = mine.accept();
                    open.add(socket);
                    Thread.ofVirtual().start(() -> talk(socket));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private void talk(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream());
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                in.skipNBytes(length(head));
                byte[] body = head.startsWith("get /large") ? LARGE : SMALL;
                String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n";
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(body);
            }
        } catch (IOException cut) {
            // the gateway left, or this origin died
        } finally {
            open.remove(socket);
        }
    }

    /// A head in lower case; empty at the end of the stream.
    static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            head.append((char) octet);
            if (octet == '\n' && head.toString().endsWith("\r\n\r\n")) {
                return head.toString().toLowerCase(Locale.ROOT);
            }
            if (head.length() > HEAD_BYTES_MAX) throw new IOException("a head without an end");
        }
        return "";
    }

    /// The length that a head announces; 0 without.
    static long length(String head) {
        int at = head.indexOf("\r\ncontent-length:");
        if (at < 0) return 0;
        int from = at + "\r\ncontent-length:".length();
        return Long.parseLong(head.substring(from, head.indexOf('\r', from)).strip());
    }
}
