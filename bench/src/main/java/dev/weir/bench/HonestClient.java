package dev.weir.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
import org.jspecify.annotations.Nullable;

/// A client that asks for 64 KiB at a fixed rate over four connections, from 127.0.0.2, and comes again when it is
/// refused.
/// Each request is measured from the moment at which it was due; one that was refused, cut or not answered
/// for five seconds has failed and counts as five seconds. For each line `PORT RATE SECONDS LATE` on its input
/// it says `answered N failed N`, then the 50th and 99th percentile and the most, and the 99th percentile of what
/// was due after the first LATE seconds, all in us.
///
/// **Waits:** never: it looks again and again, and yields its core to the origin that may share it.
final class HonestClient {
    private static final String REQUEST = "GET /64k HTTP/1.1\r\nHost: honest\r\n\r\n";
    private static final int ANSWER_BYTES = 68 << 10;
    private static final int CONNECTIONS = 4;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long COME_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int DIGITS = 3;

    /// Another address than that of a crowd: an honest client is somebody else.
    private static final InetSocketAddress OWN = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0);

    private final Selector selector;
    private final InetSocketAddress server;
    private final Histogram histogram = new Histogram(2 * PATIENCE_NANOS, DIGITS);
    private final Histogram late = new Histogram(2 * PATIENCE_NANOS, DIGITS);
    private final List<Line> lines = new ArrayList<>();
    private final ArrayDeque<Long> due = new ArrayDeque<>();
    private long lateNanos;
    private long failed;

    private HonestClient(Selector selector, InetSocketAddress server) {
        this.selector = selector;
        this.server = server;
    }

    /// One of its connections, and when what it asks was due.
    private static final class Line {
        private @Nullable LoadConnection connection;
        private long dueNanos;
        private boolean isAsking;
        private long comeAgainNanos = Long.MIN_VALUE;
    }

    /// Measures as its input says, until that ends.
    public static void main(String[] arguments) throws IOException {
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", -1);
                var server = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(words[0]));
                try (var selector = Selector.open()) {
                    var load = new HonestClient(selector, server);
                    load.run(Double.parseDouble(words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3]));
                    System.out.println(load.told());
                }
            }
        }
    }

    // Why: the origin may share this core, and must not wait for the end of a slice.
    @SuppressWarnings("ThreadPriorityCheck")
    private void run(double rate, int seconds, int lateSeconds) throws IOException {
        for (int i = 0; i < CONNECTIONS; i++) lines.add(new Line());
        long began = System.nanoTime();
        lateNanos = began + TimeUnit.SECONDS.toNanos(lateSeconds);
        long last = (long) (rate * seconds);
        long given = 0;
        double interval = TimeUnit.SECONDS.toNanos(1) / rate;
        while (given < last || !due.isEmpty() || lines.stream().anyMatch(line -> line.isAsking)) {
            long now = System.nanoTime();
            for (; given < last && began + (long) (given * interval) <= now; given++) {
                due.add(began + (long) (given * interval));
            }
            giveUp(now);
            for (Line line : lines) if (!line.isAsking && !due.isEmpty()) ask(line, now);
            if (selector.selectNow(this::receive) == 0) Thread.yield();
        }
        for (Line line : lines) if (line.connection != null) line.connection.close();
    }

    private void giveUp(long now) {
        while (!due.isEmpty() && now - due.peek() > PATIENCE_NANOS) {
            fail(due.remove());
        }
        for (Line line : lines) if (line.isAsking && now - line.dueNanos > PATIENCE_NANOS) lose(line, now);
    }

    private void ask(Line line, long now) {
        if (line.comeAgainNanos > now) return;
        try {
            if (line.connection == null) {
                line.connection = LoadConnection.openFrom(OWN, server, selector, REQUEST, ANSWER_BYTES);
                line.connection.attach(selector, line);
            }
            line.dueNanos = due.remove();
            line.isAsking = true;
            line.connection.request();
        } catch (IOException broken) {
            lose(line, now);
        }
    }

    private void receive(SelectionKey key) {
        var line = (Line) key.attachment();
        try {
            if (line.connection == null || !line.connection.receive()) return;
            line.isAsking = false;
            record(line.dueNanos, Math.min(PATIENCE_NANOS, System.nanoTime() - line.dueNanos));
        } catch (IOException broken) {
            lose(line, System.nanoTime());
        }
    }

    private void lose(Line line, long now) {
        if (line.isAsking) fail(line.dueNanos);
        line.isAsking = false;
        line.comeAgainNanos = now + COME_AGAIN_NANOS;
        try {
            if (line.connection != null) line.connection.close();
        } catch (IOException gone) {
            // Why: it is thrown away.
        }
        line.connection = null;
    }

    private void fail(long dueNanos) {
        failed++;
        record(dueNanos, PATIENCE_NANOS);
    }

    private void record(long dueNanos, long tookNanos) {
        histogram.recordValue(tookNanos);
        if (dueNanos - lateNanos >= 0) late.recordValue(tookNanos);
    }

    private String told() {
        return String.format(
                Locale.ROOT,
                "answered %d failed %d %.0f %.0f %.0f %.0f",
                histogram.getTotalCount() - failed,
                failed,
                histogram.getValueAtPercentile(50) / 1e3,
                histogram.getValueAtPercentile(99) / 1e3,
                histogram.getMaxValue() / 1e3,
                late.getValueAtPercentile(99) / 1e3);
    }
}
