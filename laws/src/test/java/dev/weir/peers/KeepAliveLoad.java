package dev.weir.peers;

import dev.weir.transport.Endpoint;
import dev.weir.transport.tcp.SocketAddresses;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// Clients that send one request after the other on kept connections and count what became of each.
final class KeepAliveLoad implements AutoCloseable {
    private static final byte[] REQUEST =
            "GET /tiny HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int TIME_OUT_MILLIS = 30_000;

    final AtomicInteger answered = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger(); // by an answer that is not 200
    final AtomicInteger unanswered = new AtomicInteger(); // the connection ended without a byte of an answer
    final AtomicInteger cut = new AtomicInteger(); // an answer was begun and not ended
    final AtomicInteger unconnected = new AtomicInteger();

    /// Requests sent on a connection that had answered before: the gateway has read from it, and knows it.
    final AtomicInteger unansweredOnKept = new AtomicInteger();

    private final SocketAddress address;
    private final Thread[] clients;
    private volatile boolean stopping;

    KeepAliveLoad(int port, int connections) {
        address = SocketAddresses.of(Endpoint.loopback(port));
        clients = new Thread[connections];
        for (int i = 0; i < connections; i++) clients[i] = Thread.ofPlatform().start(this::client);
    }

    private void client() {
        while (!stopping) {
            try (var socket = new Socket()) {
                socket.connect(address, TIME_OUT_MILLIS);
                socket.setSoTimeout(TIME_OUT_MILLIS);
                socket.setTcpNoDelay(true);
                talk(socket);
            } catch (IOException failure) {
                unconnected.incrementAndGet();
                Thread.onSpinWait();
            }
        }
    }

    private void talk(Socket socket) throws IOException {
        boolean kept = false;
        while (!stopping) {
            try {
                socket.getOutputStream().write(REQUEST);
            } catch (IOException gone) {
                return; // nothing of it was read
            }
            if (!answer(socket.getInputStream(), kept)) return;
            kept = true;
        }
    }

    /// Reads one answer; false when the connection ends with it.
    private boolean answer(InputStream in, boolean kept) {
        var head = new StringBuilder();
        try {
            while (head.indexOf("\r\n\r\n") < 0) {
                int octet = in.read();
                if (octet < 0) return ended(head, kept);
                head.append((char) octet);
            }
            int length = Integer.parseInt(head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
            if (in.readNBytes(length).length < length) {
                cut.incrementAndGet();
                return false;
            }
        } catch (IOException failure) {
            return ended(head, kept);
        }
        if (head.indexOf("HTTP/1.1 200") == 0) answered.incrementAndGet();
        else refused.incrementAndGet();
        return head.indexOf("Connection: close") < 0;
    }

    private boolean ended(StringBuilder head, boolean kept) {
        if (!head.isEmpty()) cut.incrementAndGet();
        else if (kept) unansweredOnKept.incrementAndGet();
        else unanswered.incrementAndGet();
        return false;
    }

    void awaitAnswers(int count) throws InterruptedException {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (answered.get() < count) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("only " + answered + " of " + count + " answered");
            }
            clients[0].join(20);
        }
    }

    /// Sends no more and waits for the answers that are due.
    void stop() throws InterruptedException {
        stopping = true;
        for (Thread client : clients) client.join();
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "answered " + answered + ", refused " + refused + ", unanswered " + unanswered + ", unanswered on kept "
                + unansweredOnKept + ", cut " + cut + ", not connected " + unconnected;
    }
}
