package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/// Proves that borrowing an idle connection and giving it back leaves nothing for the collector, by the JVM's own
/// count.
@Balanced
class CacheGarbageTest {
    private static final int ROUNDS = 20_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void borrowingAndGivingBackAllocatesNothing(Scene test) {
        test.withoutPlaces();
        try (var scene = new PoolScene(test, Setting.of(2, 4, 4).over(true))) {
            var one = scene.holding(0);
            scene.holding(0).giveBack();
            one.giveBack();

            assertThat(allocatedBy(() -> one.borrow().giveBack())).isZero();
        }
    }

    private long allocatedBy(Runnable round) {
        // Why: the compiler and its own threads are done after a few attempts; garbage of ours would be there in
        // each.
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5 && least != 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) round.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
