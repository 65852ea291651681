package dev.weir.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.MemoryDebug;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.CancelReason;
import dev.weir.memory.wait.KeptBlocks;
import dev.weir.memory.wait.ManualClock;
import dev.weir.memory.wait.ManualLoop;
import dev.weir.memory.wait.RecordingWaiter;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that blocks which are kept for one purpose go to whoever's turn it is, and that nothing else uses them.
class KeptBlocksTest {
    private static final String PURPOSE = "long things";
    private static final int COUNT = 2;
    private static final int NORMALS = 8;

    private final ManualLoop home = new ManualLoop();
    private final StringBuilder order = new StringBuilder();
    private MemoryBudget budget = open(MemoryDebug.OFF);
    private KeptBlocks kept = Objects.requireNonNull(budget.kept(PURPOSE));

    private static MemoryBudget open(MemoryDebug debug) {
        var fixed = List.of(MemoryPlan.Line.kept(PURPOSE, COUNT), MemoryPlan.Line.kept("none", 0));
        long bytes = (long) COUNT * BlockSize.LARGE.bytes() + (long) NORMALS * BlockSize.NORMAL.bytes();
        var settings = MemoryPlan.Settings.DEFAULT
                .withSlabBytes(BlockSize.NORMAL.bytes())
                .withReserveBlocks(3)
                .withDebug(debug);
        return MemoryBudget.open(MemoryPlan.of(bytes, fixed, List.of(), settings), new ManualClock(), 1);
    }

    @AfterEach
    void everythingComesBack() {
        home.run();
        assertThat(budget.owners()).isEmpty();
        assertThat(kept.outBytes()).isZero();
        assertThat(kept.waiting()).isZero();
        assertThat(budget.complaint()).isNull();
        budget.close();
    }

    private RecordingWaiter waiter(String name, long address) {
        var one = new RecordingWaiter(name, home, order);
        one.setAddress(address);
        return one;
    }

    private Buffer acquired(String owner) {
        return Plans.some(kept.acquire(waiter("nobody", 1), 0, owner));
    }

    private void waits(RecordingWaiter waiter) {
        assertThat(kept.acquire(waiter, 0, "waits")).isNull();
    }

    @Test
    void aPlanWithoutKeptBlocksHasNone() {
        assertThat(budget.kept("something else")).isNull();
        assertThat(budget.kept("none")).isNull();
        assertThat(budget.kept(PURPOSE)).isSameAs(kept);
    }

    @Test
    void keptBlocksAreLargeAndAllocatedOnFirstUse() {
        assertThat(budget.usage().peakBytes()).isZero();
        Buffer first = acquired("first");
        assertThat(first.size()).isEqualTo(BlockSize.LARGE);
        assertThat(first.isKept()).isTrue();
        assertThat(budget.usage().peakBytes()).isEqualTo(BlockSize.LARGE.bytes());
        assertThat(budget.owners()).containsExactly(new Usage.Held("first", BlockSize.LARGE.bytes()));
        assertThat(budget.usage().usedBytes()).isEqualTo(BlockSize.LARGE.bytes());
        first.release();
        acquired("again").release();
        assertThat(budget.usage().peakBytes()).isEqualTo(BlockSize.LARGE.bytes());
    }

    @Test
    @DisplayName("A-22 whoever finds none waits, and addresses take turns")
    void addressesTakeTurns() {
        Buffer first = acquired("first");
        Buffer second = acquired("second");
        var crowd = List.of(waiter("a1", 7), waiter("a2", 7), waiter("a3", 7));
        crowd.forEach(this::waits);
        var other = waiter("b", 8);
        waits(other);
        assertThat(kept.waiting()).isEqualTo(4);
        assertThat(budget.usage().waiters().intake()).isEqualTo(4);

        first.release();
        second.release();
        home.run();
        assertThat(order).hasToString("a1 b ");
        crowd.getFirst().takeBuffer().release();
        other.takeBuffer().release();
        home.run();
        assertThat(order).hasToString("a1 b a2 a3 ");
        crowd.get(1).takeBuffer().release();
        crowd.get(2).takeBuffer().release();
    }

    @Test
    void waitingForKeptBlocksDoesNotMakeOtherMemoryScarce() {
        Buffer first = acquired("first");
        Buffer second = acquired("second");
        var waiter = waiter("a", 1);
        waits(waiter);
        assertThat(budget.pool().isScarce()).isFalse();
        Buffer normal =
                Plans.some(budget.pool().tryAcquire(BlockSize.NORMAL, Urgency.OPTIONAL, 0, "something optional"));
        normal.release();
        assertThat(budget.pool().cancel(waiter)).isTrue();
        first.release();
        second.release();
    }

    @Test
    void aBlockGrantedToACancelledWaiterGoesToTheNext() {
        Buffer first = acquired("first");
        Buffer second = acquired("second");
        var early = waiter("early", 1);
        var late = waiter("late", 1);
        waits(early);
        waits(late);
        first.release();
        assertThat(budget.pool().cancel(early, CancelReason.TIMED_OUT)).isTrue();
        home.run();
        assertThat(order).hasToString("late ");
        late.takeBuffer().release();
        second.release();
        assertThat(budget.pool().cancel(late)).isFalse();
    }

    @Test
    void aBlockGrantedToAClosedLoopGoesToTheNext() {
        Buffer first = acquired("first");
        Buffer second = acquired("second");
        var closing = new ManualLoop();
        var deaf = new RecordingWaiter("deaf", closing, order);
        waits(deaf);
        var next = waiter("next", 2);
        waits(next);
        closing.close();
        first.release();
        home.run();
        assertThat(order).hasToString("next ");
        next.takeBuffer().release();
        second.release();
    }

    @Test
    void keptBlocksAreSpareWhileHalfAreFree() {
        Buffer first = acquired("first");
        assertThat(kept.isSpare()).isTrue();
        Buffer second = acquired("second");
        assertThat(kept.isSpare()).isFalse();
        first.release();
        second.release();
    }

    @Test
    void aBudgetDoesNotCloseWhileAKeptBlockIsInUseAndNamesTheHolder() {
        Buffer first = acquired("the head of somebody");
        assertThatIllegalStateException().isThrownBy(budget::close).withMessageContaining("the head of somebody");
        // Why: it stays open, and lends the next.
        Buffer second = acquired("second");
        first.release();
        second.release();
        assertThatThrownBy(first::release).hasMessageContaining("after its end");
    }

    @Test
    void aWriteToAReleasedKeptBlockIsFound() {
        budget.close();
        budget = open(new MemoryDebug(true, false, false, 0, 0));
        kept = Objects.requireNonNull(budget.kept(PURPOSE));
        Buffer first = acquired("careless");
        var bytes = first.bytes();
        first.release();
        acquired("careful").release();
        byte before = bytes.get(9);
        bytes.put(9, (byte) 1);
        assertThatThrownBy(() -> acquired("finder")).hasMessageContaining("careful");
        bytes.put(9, before);
        acquired("last").release();
    }
}
