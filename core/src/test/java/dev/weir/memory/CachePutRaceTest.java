package dev.weir.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.ManualClock;
import dev.weir.memory.wait.ManualLoop;
import dev.weir.memory.wait.RecordingWaiter;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves with two real threads what no step-by-step test can: that the store of a block into a cache and the look
/// for those who wait are seen by others in this order. One thread takes the only block and puts it into its cache
/// again, as fast as it can; the other begins to wait for it, again and again.
final class CachePutRaceTest {
    private static final int ROUNDS = 40_000;
    private static final int DISTANCES = 64;
    private static final int SPINS_MAX = 1_000;
    private static final int LOOKS = 200;
    private static final int LOOP_A = 0;

    private final ManualLoop home = new ManualLoop();
    private final MemoryBudget budget = MemoryBudget.open(Plans.oneBlockSlabs(4, 3), new ManualClock(), 2);
    private final RecordingWaiter waiter = new RecordingWaiter("waiter", home, new StringBuilder());
    private volatile boolean isOver;
    private volatile boolean isStuck;
    private volatile int taken; // by the releaser

    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @DisplayName("H-06 a block that is put into a cache as another begins to wait is found by one of the two")
    void eitherTheReleaserOrTheAcquirerFindsTheBlock() throws InterruptedException {
        Thread releaser = Thread.ofPlatform().daemon().start(this::takeAndPut);
        int round = 0;
        int lingered = 0;
        while (round < ROUNDS && !isStuck) {
            int before = taken;
            Buffer got = budget.pool().acquire(waiter, BlockSize.NORMAL, Urgency.INTAKE, BufferPool.NO_LOOP, "asker");
            if (got == null) got = granted();
            if (got != null) got.release();
            for (int spins = 0; taken == before && !isStuck; spins++) pause(spins);
            // Why: so that the two meet at every distance in time.
            for (int i = ++round % DISTANCES; i > 0; i--) lingered += i ^ lingered;
        }
        isOver = true;
        releaser.join();

        assertThat(isStuck)
                .as("after %d waits one waits for a block that lies in a cache (%d)", round, lingered)
                .isFalse();
        budget.close();
    }

    /// Null when nobody will ever give it.
    private @Nullable Buffer granted() {
        for (int spins = 0; home.run() == 0; spins++) {
            if (isStuck) return null;
            pause(spins);
        }
        return waiter.takeBuffer();
    }

    private void takeAndPut() {
        int looks = 0;
        int turns = 0;
        for (int vain = 0; !isOver; ) {
            Buffer got = budget.pool().tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, LOOP_A, "releaser");
            if (got != null) {
                vain = 0;
                looks = 0;
                taken = ++turns;
                got.release();
            } else if (++vain > SPINS_MAX) {
                pause(vain);
                // Why: the other may just be giving the block back; nobody does so for so many looks.
                looks = isInCache() ? looks + 1 : 0;
                isStuck = looks > LOOKS;
            }
        }
    }

    private boolean isInCache() {
        return budget.pool().caches()[LOOP_A].count() > 0;
    }

    private static void pause(int spins) {
        if (spins > SPINS_MAX) LockSupport.parkNanos(1_000);
    }
}
