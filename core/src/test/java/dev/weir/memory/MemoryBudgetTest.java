package dev.weir.memory;

import static dev.weir.memory.block.BlockSize.NORMAL;
import static dev.weir.memory.block.BlockSize.SMALL;
import static dev.weir.memory.block.Urgency.INTAKE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.memory.MemoryPlan.Line;
import dev.weir.memory.MemoryPlan.Settings;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.wait.ManualClock;
import dev.weir.memory.wait.ManualLoop;
import dev.weir.memory.wait.RecordingWaiter;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves what a budget gives out and takes back, by comparing its usage with what the test did.
class MemoryBudgetTest {
    private static final MemoryPlan PLAN =
            MemoryPlan.of(1 << 20, List.of(new Line("scratch", 2, 1_000)), List.of(), Settings.DEFAULT);

    @Test
    void aFixedPartCannotExceedItsLine() {
        try (var budget = MemoryBudget.open(PLAN, new ManualClock(), 1)) {
            assertThat(budget.fixed("scratch", 1_000).isDirect()).isTrue();
            assertThat(budget.fixed("scratch", 1_000).capacity()).isEqualTo(1_000);

            assertThatThrownBy(() -> budget.fixed("scratch", 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("has 0 of 2000 bytes left");
            assertThatThrownBy(() -> budget.fixed("unknown", 1)).isInstanceOf(IllegalStateException.class);
            assertThat(budget.usage().usedBytes()).isEqualTo(2_000);
        }
    }

    @Test
    void usageIsTheSumOfItsOwnersSortedByName() {
        try (var budget = MemoryBudget.open(PLAN, new ManualClock(), 1)) {
            Buffer b = Plans.some(budget.pool().tryAcquire(NORMAL, INTAKE, 0, "b"));
            Buffer a = Plans.some(budget.pool().tryAcquire(SMALL, INTAKE, BufferPool.NO_LOOP, "a"));
            Buffer again = Plans.some(budget.pool().tryAcquire(NORMAL, INTAKE, 0, "b"));

            Usage usage = budget.usage();

            assertThat(usage.owners()).containsExactly(new Usage.Held("a", 2_048), new Usage.Held("b", 2 * 17_408));
            assertThat(usage.usedBytes()).isEqualTo(2_048 + 2 * 17_408);
            assertThat(usage.peakBytes()).isEqualTo(usage.usedBytes());
            assertThat(usage.budgetBytes()).isEqualTo(1 << 20);
            a.release();
            b.release();
            again.release();
            assertThat(budget.usage().usedBytes()).isZero();
        }
    }

    @Test
    void closeNamesWhoStillHoldsABufferAndChangesNothing() {
        var budget = MemoryBudget.open(PLAN, new ManualClock(), 1);
        Buffer kept = Plans.some(budget.pool().tryAcquire(NORMAL, INTAKE, 0, "a handler that never ended"));

        assertThatThrownBy(budget::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a handler that never ended");

        kept.bytes().putInt(0, 1);
        kept.release();
        budget.close();
        budget.close();
        assertThatThrownBy(() -> budget.pool().tryAcquire(NORMAL, INTAKE, 0, "late"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void closeRefusesWhileSomebodyWaits() {
        var budget = MemoryBudget.open(Plans.oneBlockSlabs(4, 3), new ManualClock(), 1);
        Buffer only = Plans.some(budget.pool().tryAcquire(NORMAL, INTAKE, 0, "only"));
        var waiter = new RecordingWaiter("w", new ManualLoop(), new StringBuilder());
        assertThat(budget.pool().acquire(waiter, NORMAL, INTAKE, 0, "w")).isNull();

        assertThatThrownBy(budget::close).hasMessageContaining("1 waiters");

        assertThat(budget.pool().cancel(waiter)).isTrue();
        only.release();
        budget.close();
    }
}
