package dev.weir.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// An origin that refuses uploads while they are under way, in the way that the path of a request names.
///
/// **Owns:** its socket and a virtual thread for each connection.
final class RejectingOrigin implements AutoCloseable {
    private static final int BACKLOG = 256;
    private static final int READ_BYTES = 64 * 1024;
    private static final int SOME_BYTES = 200_000;
    private static final int LONG_PAGE_BYTES = 100 * 1024;
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final long LATER_MILLIS = 200;
    private static final long KEPT_MILLIS = 5_000;

    private final ServerSocket listening;

    /// What it does with an upload.
    enum Kind {
        CLOSES("answers 413 and closes at once"),
        CLOSES_LATER("answers 413, reads nothing, closes after 200 ms"),
        CLOSES_AFTER_SOME("answers 413 after 200 kB and closes"),
        RESETS("answers 413 and resets after 200 ms"),
        READS_ON("answers 413 at once, reads everything and keeps the connection"),
        LINGERS("answers 413, ends its side and reads everything"),
        CHUNKED("answers 413 in chunks and closes"),
        INTERIM("sends 100, then answers 413 after 200 kB and closes after 200 ms"),
        KEEPS_OPEN("answers 413 without closing, reads nothing, closes after 5 s"),
        ENDS_WITHOUT_LENGTH("answers 413 without a length, and its end is the end of the connection"),
        LONG_PAGE("answers 413 with a page of 100 KiB and closes after 200 ms");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        String path() {
            return "/" + name().toLowerCase(Locale.ROOT);
        }
    }

    private RejectingOrigin(ServerSocket listening) {
        this.listening = listening;
    }

    static RejectingOrigin open() throws IOException {
        var origin = new RejectingOrigin(new ServerSocket(0, BACKLOG, InetAddress.ofLiteral("127.0.0.1")));
        Thread.ofVirtual().start(origin::accept);
        return origin;
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void serve(Socket accepted) {
        try (Socket socket = accepted) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            boolean more = true;
            while (more) more = serveOne(socket);
        } catch (IOException gone) {
            // Why: whoever uploads may leave at any time.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean serveOne(Socket socket) throws IOException, InterruptedException {
        InputStream in = socket.getInputStream();
        String head = head(in);
        if (head.isEmpty()) return false;
        for (Kind kind : Kind.values()) {
            if (head.startsWith("POST " + kind.path() + " ")) return refuse(kind, head, socket);
        }
        answer(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        return !head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close");
    }

    private static boolean refuse(Kind kind, String head, Socket socket) throws IOException, InterruptedException {
        InputStream in = socket.getInputStream();
        switch (kind) {
            case CLOSES -> answer(socket, page(20, "Connection: close\r\n"));
            case CLOSES_LATER -> {
                answer(socket, page(20, "Connection: close\r\n"));
                Thread.sleep(LATER_MILLIS);
            }
            case CLOSES_AFTER_SOME -> {
                skip(in, SOME_BYTES);
                answer(socket, page(20, "Connection: close\r\n"));
            }
            case RESETS -> {
                answer(socket, page(20, ""));
                Thread.sleep(LATER_MILLIS);
                socket.setSoLinger(true, 0);
            }
            case READS_ON -> {
                answer(socket, page(20, ""));
                return !head.toLowerCase(Locale.ROOT).contains("\r\nexpect:") && skip(in, length(head));
            }
            case LINGERS -> {
                answer(socket, page(20, "Connection: close\r\n"));
                socket.shutdownOutput();
                skip(in, Long.MAX_VALUE);
            }
            case CHUNKED ->
                answer(
                        socket,
                        "HTTP/1.1 413 Too Large\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n");
            case INTERIM -> {
                answer(socket, "HTTP/1.1 100 Continue\r\n\r\n");
                skip(in, SOME_BYTES);
                answer(socket, page(20, "Connection: close\r\n"));
                Thread.sleep(LATER_MILLIS);
            }
            case KEEPS_OPEN -> {
                answer(socket, page(20, ""));
                Thread.sleep(KEPT_MILLIS);
            }
            case ENDS_WITHOUT_LENGTH -> {
                answer(socket, "HTTP/1.1 413 Too Large\r\nConnection: close\r\n\r\n" + "n".repeat(20));
                socket.shutdownOutput();
                Thread.sleep(LATER_MILLIS);
            }
            case LONG_PAGE -> {
                answer(socket, page(LONG_PAGE_BYTES, "Connection: close\r\n"));
                Thread.sleep(LATER_MILLIS);
            }
        }
        return false;
    }

    private static String page(int bytes, String fields) {
        return "HTTP/1.1 413 Too Large\r\n" + fields + "Content-Length: " + bytes + "\r\n\r\n" + "n".repeat(bytes);
    }

    private static void answer(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static long length(String head) {
        String mark = "\r\ncontent-length: ";
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf(mark);
        if (at < 0) return Long.MAX_VALUE;
        return Long.parseLong(lower.substring(at + mark.length(), lower.indexOf('\r', at + mark.length())));
    }

    /// Reads so much; false when the client ended before.
    private static boolean skip(InputStream in, long bytes) throws IOException {
        byte[] some = new byte[READ_BYTES];
        for (long left = bytes; left > 0; ) {
            int count = in.read(some, 0, (int) Math.min(some.length, left));
            if (count < 0) return false;
            left -= count;
        }
        return true;
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) return "";
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
