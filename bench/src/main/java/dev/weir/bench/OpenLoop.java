package dev.weir.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// Sends requests at a fixed rate, whether answers come or not, and measures each from the moment at which
/// it was due: a server that pauses is charged for all that should have been sent meanwhile (coordinated
/// omission). For each line `PORT CONNECTIONS RATE SECONDS` on its input it says the 50th, 90th, 99th and
/// 99.9th percentile and the most, in us, and the requests that were answered, or `broken: WHY`.
///
/// **Waits:** never: it looks again and again, and yields its core to the origin that may share it.
final class OpenLoop {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: bench\r\n\r\n";
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int DIGITS = 3;

    private final Selector selector;
    private final ArrayDeque<TimedConnection> free = new ArrayDeque<>();
    private final List<TimedConnection> all = new ArrayList<>();
    private final Histogram histogram = new Histogram(LONGEST_NANOS, DIGITS);

    private OpenLoop(Selector selector) {
        this.selector = selector;
    }

    /// A connection, and when its request was due.
    private static final class TimedConnection {
        private final LoadConnection connection;
        private long dueNanos;

        TimedConnection(LoadConnection connection) {
            this.connection = connection;
        }
    }

    /// Measures as its input says, until that ends.
    public static void main(String[] arguments) throws IOException {
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(measured(line.split(" ", -1)));
            }
        }
    }

    private static String measured(String... words) throws IOException {
        try (var selector = Selector.open()) {
            var load = new OpenLoop(selector);
            try {
                load.open(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
                load.run(Double.parseDouble(words[2]), Integer.parseInt(words[3]));
                return load.told();
            } catch (IOException | UncheckedIOException broken) {
                return "broken: " + broken.getMessage();
            } finally {
                for (TimedConnection one : load.all) one.connection.close();
            }
        }
    }

    private void open(int port, int connections) throws IOException {
        var server = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        for (int i = 0; i < connections; i++) {
            var connection = LoadConnection.open(server, selector, REQUEST);
            var timed = new TimedConnection(connection);
            connection.attach(selector, timed);
            all.add(timed);
            free.add(timed);
        }
    }

    // Why: the origin may share this core, and must not wait for the end of a slice.
    @SuppressWarnings("ThreadPriorityCheck")
    private void run(double rate, int seconds) throws IOException {
        long began = System.nanoTime();
        long last = (long) (rate * seconds);
        double interval = TimeUnit.SECONDS.toNanos(1) / rate;
        long sent = 0;
        while (sent < last || free.size() < all.size()) {
            long now = System.nanoTime();
            boolean idle = true;
            while (sent < last && !free.isEmpty() && began + (long) (sent * interval) <= now) {
                send(free.poll(), began + (long) (sent * interval));
                sent++;
                idle = false;
            }
            if (selector.selectNow(this::receive) == 0 && idle) Thread.yield();
            if (now - began > LONGEST_NANOS) throw new IOException("the server did not keep up");
        }
    }

    private static void send(TimedConnection timed, long dueNanos) throws IOException {
        timed.dueNanos = dueNanos;
        timed.connection.request();
    }

    private void receive(SelectionKey key) {
        var timed = (TimedConnection) key.attachment();
        try {
            if (!timed.connection.receive()) return;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        histogram.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - timed.dueNanos));
        free.add(timed);
    }

    private String told() {
        var line = new StringBuilder();
        for (double percentile : PERCENTILES) {
            line.append(String.format(Locale.ROOT, "%.1f ", histogram.getValueAtPercentile(percentile) / 1e3));
        }
        return line.append(histogram.getTotalCount()).toString();
    }
}
