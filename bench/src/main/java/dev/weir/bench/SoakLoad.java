package dev.weir.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The mixed load of the soak: well-behaved clients on kept connections at a fixed rate, and one or two of each kind
/// that behaves badly. Failures are expected while an origin is dead; they are counted and the load goes on.
///
/// **Owns:** a virtual thread and at most one connection for each client, until [#close].
final class SoakLoad implements AutoCloseable {
    private static final int KEPT_CLIENTS = 8;
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int PIECE_BYTES = 4 << 10;
    private static final int UPLOAD_PIECES = 32;
    private static final int PIPELINED = 8;
    private static final List<String> ADMIN_PAGES = List.of("/metrics", "/status", "/memory", "/connections", "/livez");

    private final int port;
    private final int adminPort;
    private final List<Thread> clients = new ArrayList<>();
    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
    private volatile boolean over;

    /// One round of a client.
    @FunctionalInterface
    private interface Round {
        void play() throws IOException, InterruptedException;
    }

    private SoakLoad(int port, int adminPort) {
        this.port = port;
        this.adminPort = adminPort;
    }

    /// @param rate requests a second of the kept connections together
    static SoakLoad start(int port, int adminPort, int rate) {
        var load = new SoakLoad(port, adminPort);
        for (int i = 0; i < KEPT_CLIENTS; i++) load.client(() -> load.keep(1_000L * KEPT_CLIENTS / rate));
        load.client("new connection", 100, load::askOnce);
        load.client("slow reader", 500, load::readSlowly);
        load.client("slow uploader", 500, load::uploadSlowly);
        load.client("reset", 300, load::reset);
        load.client("large body", 1_000, () -> load.ask(load.port, "/large"));
        load.client("not found", 500, () -> load.ask(load.port, "/none/x"));
        load.client("pipelined", 500, load::pipeline);
        load.client("broken head", 2_000, () -> load.ask(load.port, "/ \u0000"));
        for (String page : ADMIN_PAGES) {
            load.client("admin", 2_000, () -> load.ask(load.adminPort, page));
        }
        return load;
    }

    private void client(Runnable work) {
        clients.add(Thread.ofVirtual().start(work));
    }

    private void client(String kind, long pauseMillis, Round round) {
        client(() -> {
            while (!over) {
                try {
                    round.play();
                    count(kind);
                } catch (IOException failed) {
                    count(kind + ", failed");
                } catch (InterruptedException ended) {
                    return;
                }
                if (!pause(pauseMillis)) return;
            }
        });
    }

    private void keep(long everyMillis) {
        while (!over) {
            try (Socket socket = socket(port)) {
                var in = new BufferedInputStream(socket.getInputStream());
                while (!over) {
                    send(socket, get("/small", ""));
                    answer(in);
                    count("kept connection");
                    if (!pause(everyMillis)) return;
                }
            } catch (IOException failed) {
                count("kept connection, failed");
                if (!pause(everyMillis)) return;
            }
        }
    }

    private void askOnce() throws IOException {
        ask(port, "/small");
    }

    private void ask(int at, String path) throws IOException {
        try (Socket socket = socket(at)) {
            send(socket, get(path, "Connection: close\r\n"));
            answer(new BufferedInputStream(socket.getInputStream()));
        }
    }

    private void readSlowly() throws IOException, InterruptedException {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(PIECE_BYTES);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            send(socket, get("/large", "Connection: close\r\n"));
            InputStream in = socket.getInputStream();
            var piece = new byte[PIECE_BYTES * 4];
            while (in.read(piece) >= 0 && !over) Thread.sleep(20);
        }
    }

    private void uploadSlowly() throws IOException, InterruptedException {
        try (Socket socket = socket(port)) {
            var piece = new byte[PIECE_BYTES];
            send(
                    socket,
                    "POST /small HTTP/1.1\r\nHost: soak\r\nContent-Length: " + PIECE_BYTES * UPLOAD_PIECES
                            + "\r\n\r\n");
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < UPLOAD_PIECES && !over; i++) {
                out.write(piece);
                Thread.sleep(50);
            }
            answer(new BufferedInputStream(socket.getInputStream()));
        }
    }

    /// In turn: in the middle of a head, of an upload, and of a large answer.
    private void reset() throws IOException, InterruptedException {
        for (String begun : List.of(
                "GET /small HTTP/1.1\r\nHo",
                "POST /small HTTP/1.1\r\nHost: soak\r\nContent-Length: 100000\r\n\r\nabc",
                get("/large", ""))) {
            try (Socket socket = socket(port)) {
                send(socket, begun);
                Thread.sleep(20);
                socket.setSoLinger(true, 0);
            }
        }
    }

    private void pipeline() throws IOException {
        try (Socket socket = socket(port)) {
            send(socket, get("/small", "").repeat(PIPELINED));
            var in = new BufferedInputStream(socket.getInputStream());
            for (int i = 0; i < PIPELINED; i++) answer(in);
        }
    }

    private static String get(String path, String more) {
        return "GET " + path + " HTTP/1.1\r\nHost: soak\r\n" + more + "\r\n";
    }

    private static Socket socket(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void answer(InputStream in) throws IOException {
        String head = SoakOrigins.head(in);
        if (head.isEmpty()) throw new IOException("the gateway closed a connection");
        in.skipNBytes(SoakOrigins.length(head));
    }

    private void count(String kind) {
        counts.computeIfAbsent(kind, same -> new AtomicLong()).incrementAndGet();
    }

    private static boolean pause(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException ended) {
            return false;
        }
    }

    /// How often each kind of client has had its turn.
    Map<String, Long> counts() {
        var sorted = new TreeMap<String, Long>();
        counts.forEach((kind, count) -> sorted.put(kind, count.get()));
        return sorted;
    }

    @Override
    public void close() {
        over = true;
        for (Thread client : clients) client.interrupt();
    }
}
