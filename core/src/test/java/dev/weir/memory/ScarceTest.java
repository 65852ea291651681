package dev.weir.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.ManualClock;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves when memory counts as scarce: half of what can be had is held by somebody, and what lies in a loop's
/// cache is not.
class ScarceTest {
    private static final int LOOP_A = 0;
    private static final int LOOP_B = 1;
    private static final int OUTSIDE = 4;
    private static final int RESERVE = 3;

    private final MemoryBudget budget =
            MemoryBudget.open(Plans.oneBlockSlabs(OUTSIDE + RESERVE, RESERVE), new ManualClock(), 2);
    private final Deque<Buffer> held = new ArrayDeque<>();

    @AfterEach
    void everythingComesBack() {
        while (!held.isEmpty()) held.pop().release();
        Audit.check(budget);
        budget.close();
    }

    private void take(int blocks, int loop) {
        for (int i = 0; i < blocks; i++) {
            held.push(Plans.some(budget.pool().tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, loop, "test")));
        }
    }

    private void giveBack(int blocks) {
        for (int i = 0; i < blocks; i++) held.pop().release();
    }

    private boolean isScarce() {
        budget.pool().updateScarcity();
        return budget.pool().isScarce();
    }

    @Test
    @DisplayName("H-29 a block that came back into a loop's cache is not out")
    void cachedBlocksCountAsFree() {
        take(2, LOOP_A);
        assertThat(budget.pool().isScarce()).isTrue();
        giveBack(2);
        assertThat(budget.pool().caches()[LOOP_A].count()).isEqualTo(2);
        assertThat(isScarce()).isFalse();

        // Why: out of the store, with one of the two in the other loop's cache.
        take(1, LOOP_B);
        assertThat(budget.pool().isScarce()).isFalse();
        take(1, LOOP_B);
        assertThat(budget.pool().isScarce()).isTrue();
        giveBack(1);
        assertThat(isScarce()).isFalse();
    }

    @Test
    @DisplayName("H-29 half of the blocks are out also when the last of them came from a loop's cache")
    void blocksTakenFromACacheCountAsHeld() {
        take(2, LOOP_A);
        giveBack(2);
        assertThat(isScarce()).isFalse();

        take(1, LOOP_A);
        assertThat(budget.pool().isScarce()).isFalse();
        take(1, LOOP_A);
        assertThat(budget.pool().isScarce()).isTrue();
    }

    @Test
    void cachedBlocksOfOtherSizesDoNotCountAsNormal() {
        Buffer small = Plans.some(budget.pool().tryAcquire(BlockSize.SMALL, Urgency.INTAKE, LOOP_A, "test"));
        take(1, LOOP_A);
        small.release();
        assertThat(isScarce()).isTrue();
    }
}
