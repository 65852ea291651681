package dev.weir.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Proves that rows of origins that are gone are given to those that come, and that no count is lost by it.
@Balanced
final class OutcomeTableTest {
    private static final byte[] API = MetricText.bytes("api");
    private static final int LOOPS = 3;
    private static final int BEYOND = OutcomeTable.ROWS_MAX + 9;

    private volatile int servedFrom;
    private final AtomicInteger asked = new AtomicInteger();

    private static List<EventLoop> loops(Scene scene) {
        return scene.closes(Weir.open(
                        WeirSettings.of("rows", 8 << 20, 100).withLoops(LOOPS),
                        LoopGroup.Drive.BY_HAND,
                        scene.clock(),
                        scene.ledger(),
                        scene.tcp()))
                .group()
                .loops();
    }

    private OutcomeTable table(Scene scene) {
        return new OutcomeTable("public", LOOPS, scene.clock(), (upstream, origin) -> {
            asked.incrementAndGet();
            return Integer.parseInt(new String(origin, StandardCharsets.US_ASCII).substring(9)) >= servedFrom;
        });
    }

    private static byte[] origin(int port) {
        return MetricText.bytes("10.0.0.1:" + port);
    }

    private static void count(OutcomeTable table, EventLoop loop, int port) {
        table.count(loop, API, origin(port), RequestOutcome.REPLIED, 2);
    }

    private static String text(OutcomeTable table) throws IOException {
        var out = new ByteArrayOutputStream();
        var text = new MetricText(out);
        table.write(text);
        text.flush();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String line(String upstream, String origin, long count) {
        return "weir_requests_outcome_total{listener=\"public\",upstream=\"" + upstream + "\",origin=\"" + origin
                + "\",outcome=\"replied\",status=\"2xx\"} " + count + "\n";
    }

    @Test
    void originsBeyondTheLimitShareOneRow(Scene scene) throws IOException {
        EventLoop loop = loops(scene).getFirst();
        OutcomeTable table = table(scene);

        for (int i = 0; i < BEYOND; i++) count(table, loop, i);

        assertThat(table.count(RequestOutcome.REPLIED, 2)).isEqualTo(BEYOND);
        assertThat(text(table))
                .contains(line("api", "10.0.0.1:0", 1))
                .contains(line("other", "other", 10))
                .doesNotContain("10.0.0.1:1000");
    }

    @Test
    void rowsOfRemovedOriginsAreReused(Scene scene) throws IOException {
        EventLoop loop = loops(scene).getFirst();
        OutcomeTable table = table(scene);
        servedFrom = OutcomeTable.ROWS_MAX - 10;

        for (int i = 0; i < BEYOND; i++) count(table, loop, i);

        assertThat(table.count(RequestOutcome.REPLIED, 2)).isEqualTo(BEYOND);
        assertThat(text(table))
                .doesNotContain("10.0.0.1:989\"")
                .contains(line("api", "10.0.0.1:990", 1), line("api", "10.0.0.1:1008", 1))
                .contains(line("other", "other", 990));
        assertThat(table.count(API, origin(1008), 2)).isOne();
        assertThat(table.count(API, origin(0), 2)).isZero();
        count(table, loop, 0);
        assertThat(table.count(API, origin(0), 2))
                .as("one that comes back begins anew")
                .isOne();
        assertThat(text(table)).contains(line("other", "other", 990));
    }

    @Test
    void aFullTableIsScannedForRemovedOriginsOnceInAWhile(Scene scene) {
        EventLoop loop = loops(scene).getFirst();
        OutcomeTable table = table(scene);
        for (int i = 0; i < BEYOND; i++) count(table, loop, i);
        int looked = asked.get();

        servedFrom = 500;
        for (int i = 0; i < 100; i++) count(table, loop, BEYOND);
        assertThat(asked).hasValue(looked);
        assertThat(table.count(API, origin(BEYOND), 2)).isZero();

        scene.clock().advance(Duration.ofNanos(OutcomeTable.LOOK_NANOS));
        count(table, loop, BEYOND);
        assertThat(table.count(API, origin(BEYOND), 2)).isOne();
        assertThat(table.count(RequestOutcome.REPLIED, 2)).isEqualTo(BEYOND + 101);
    }

    @Test
    void countingInAnExistingRowAllocatesNothing(Scene scene) {
        EventLoop loop = loops(scene).getFirst();
        OutcomeTable table = table(scene);
        for (int i = 0; i < 500; i++) count(table, loop, i);
        byte[] known = origin(499);
        Runnable one = () -> table.count(loop, API, known, RequestOutcome.REPLIED, 2);
        for (int i = 0; i < 20_000; i++) one.run();

        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) one.run();

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }

    @Test
    void aCountInARowFoldedConcurrentlyIsNotLost(Scene scene) throws IOException {
        List<EventLoop> loops = loops(scene);
        OutcomeTable table = table(scene);
        servedFrom = 1;
        count(table, loops.getFirst(), 0);
        OutcomeTable.Row found = table.rowOf(API, origin(0));
        for (int i = 1; i < OutcomeTable.ROWS_MAX; i++) count(table, loops.getFirst(), i);
        assertThat(text(table)).contains(line("other", "other", 1));

        for (int i = 0; i < 2; i++) table.count(loops.getLast(), found, RequestOutcome.REPLIED, 2);

        assertThat(text(table)).contains(line("other", "other", 3));
        assertThat(table.count(RequestOutcome.REPLIED, 2)).isEqualTo(OutcomeTable.ROWS_MAX + 2);
    }

    @Test
    void noCountIsLostAndNoSumFallsWhileRowsAreFolded(Scene scene) throws InterruptedException {
        List<EventLoop> loops = loops(scene);
        OutcomeTable table = table(scene);
        servedFrom = Integer.MAX_VALUE;
        var newest = new AtomicInteger();
        var isOver = new AtomicInteger();
        var counted = new AtomicLong();
        var fallen = new AtomicInteger();
        var threads = new ArrayList<Thread>();
        for (int i = 1; i < LOOPS; i++) {
            EventLoop loop = loops.get(i);
            threads.add(Thread.ofPlatform().start(() -> {
                long before = 0;
                int mine = 0;
                while (isOver.get() == 0) {
                    count(table, loop, newest.get());
                    mine++;
                    long sum = table.count(RequestOutcome.REPLIED, 2);
                    if (sum < before) fallen.incrementAndGet();
                    before = sum;
                }
                counted.addAndGet(mine);
            }));
        }
        int made = 20 * OutcomeTable.ROWS_MAX;
        for (int i = 0; i < made; i++) {
            newest.set(i);
            count(table, loops.getFirst(), i);
        }
        isOver.set(1);
        for (Thread thread : threads) thread.join();

        assertThat(table.count(RequestOutcome.REPLIED, 2)).isEqualTo(made + counted.get());
        assertThat(fallen).hasValue(0);
    }
}
