package dev.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.BufferPool;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.util.ArrayDeque;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that blocks of log lines are written in order, and that as many wait as may and no more.
@Balanced
final class LogQueueTest {
    private static final int LIMIT = 3;
    private static final int LOOPS = 2;

    @Test
    @DisplayName("H-11 full log blocks come out in the order they came, however often the queue has gone round")
    void blocksComeOutInOrder(Scene scene) {
        BufferPool pool = pool(scene);
        var queue = new LogQueue(LIMIT, LOOPS);
        var expected = new ArrayDeque<Buffer>();
        for (int round = 0; round < 20; round++) {
            while (true) {
                Buffer one = take(pool);
                if (!queue.offer(one)) {
                    assertThat(expected).hasSize(LIMIT);
                    one.release();
                    break;
                }
                expected.add(one);
            }
            for (int i = 0; i <= round % LIMIT; i++) next(queue, expected);
        }
        for (int i = 0; i < LOOPS; i++) {
            Buffer last = take(pool);
            while (expected.size() < LIMIT) {
                Buffer more = take(pool);
                assertThat(queue.offer(more)).isTrue();
                expected.add(more);
            }
            queue.offerLast(last);
            expected.add(last);
        }
        while (!expected.isEmpty()) next(queue, expected);

        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
    }

    private static void next(LogQueue queue, ArrayDeque<Buffer> expected) {
        Buffer next = queue.poll();
        assertThat(next).isSameAs(expected.removeFirst());
        Objects.requireNonNull(next).release();
    }

    private static BufferPool pool(Scene scene) {
        return new LogStage(scene, new GatedTarget()).weir().group().budget().pool();
    }

    private static Buffer take(BufferPool pool) {
        return Objects.requireNonNull(
                pool.tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, BufferPool.NO_LOOP, "test"), "memory");
    }
}
