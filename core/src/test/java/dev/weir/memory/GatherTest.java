package dev.weir.memory;

import static dev.weir.memory.block.BlockSize.NORMAL;
import static dev.weir.memory.block.BlockSize.SMALL;
import static dev.weir.memory.block.Urgency.DRAIN;
import static dev.weir.memory.block.Urgency.HANDLE;
import static dev.weir.memory.block.Urgency.INTAKE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.Gather;
import dev.weir.memory.wait.ManualClock;
import dev.weir.memory.wait.ManualLoop;
import dev.weir.memory.wait.RecordingWaiter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that who needs several blocks gets them together, delays only who comes after, and is not
/// overtaken for ever.
class GatherTest {
    private static final int RESERVE = 3;
    private static final int TURNS = 20;

    private final ManualLoop home = new ManualLoop();
    private final StringBuilder order = new StringBuilder();
    private MemoryBudget budget = MemoryBudget.open(Plans.oneBlockSlabs(RESERVE + 3, RESERVE), new ManualClock(), 1);
    private final List<Buffer> held = new ArrayList<>();

    @AfterEach
    void everythingComesBack() {
        for (Buffer buffer : held) if (buffer.isHeld()) buffer.release();
        home.run();
        Audit.check(budget);
        assertThat(budget.owners()).isEmpty();
        budget.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName("H-03 many tasks that need two or three blocks each finish with one block more than there are tasks")
    void tasksThatNeedSeveralBlocksFinish(long seed) {
        int tasks = 2 + (int) seed;
        reopen(Plans.slabs((tasks + 1 + RESERVE + 1) / 2, 2, RESERVE + (tasks + 1 + RESERVE) % 2));
        var random = new SplittableRandom(seed);
        var all = new Task[tasks];
        for (int i = 0; i < tasks; i++) all[i] = new Task(2 + random.nextInt(2));

        boolean moved = true;
        while (moved) {
            moved = home.run() > 0;
            for (Task task : all) {
                moved |= random.nextBoolean() ? task.end() : task.ask();
                Audit.check(budget);
            }
            for (Task task : all) moved |= task.ask() || task.end();
        }

        for (Task task : all) assertThat(task.turns).as("seed " + seed).isEqualTo(TURNS);
    }

    @Test
    void aGatherHoldsNothingUntilAllBlocksAreGranted() {
        Buffer[] three = {hold(INTAKE), hold(INTAKE), hold(INTAKE)};
        HandGather two = gathering("two", 2, INTAKE);

        three[0].release();
        assertThat(home.run()).as("one is not enough").isZero();
        assertThat(budget.owners()).containsExactly(new Usage.Held("test", 2L * NORMAL.bytes()));
        three[1].release();

        assertThat(home.run()).isEqualTo(1);
        assertThat(order).hasToString("two ");
        two.takeAll();
    }

    @Test
    @DisplayName("H-03 who needs one block and comes later does not overtake who needs several")
    void aLaterWaiterDoesNotOvertakeAGather() {
        Buffer[] three = {hold(INTAKE), hold(INTAKE), hold(INTAKE)};
        HandGather two = gathering("two", 2, INTAKE);
        RecordingWaiter later = waiting("later", INTAKE);
        three[0].release();
        assertThat(tryNormal(INTAKE)).as("nor does who asks now").isNull();
        assertThat(home.run()).isZero();

        three[1].release();
        three[2].release();

        home.run();
        assertThat(order).hasToString("two later ");
        two.takeAll();
        later.takeBuffer().release();
    }

    @Test
    void aLessUrgentWaiterWaitsForAGatherEvenIfItCameEarlier() {
        Buffer[] three = {hold(INTAKE), hold(INTAKE), hold(INTAKE)};
        RecordingWaiter earlier = waiting("earlier", INTAKE);
        hold(HANDLE);
        HandGather two = gathering("two", 2, HANDLE);

        three[0].release();
        assertThat(home.run()).isZero();
        three[1].release();
        three[2].release();

        home.run();
        assertThat(order).hasToString("two earlier ");
        two.takeAll();
        earlier.takeBuffer().release();
    }

    @Test
    void earlierAndMoreUrgentWaitersDoNotWaitForAGather() {
        Buffer[] three = {hold(INTAKE), hold(INTAKE), hold(INTAKE)};
        RecordingWaiter before = waiting("before", HANDLE, RESERVE);
        HandGather two = gathering("two", 2, HANDLE);
        hold(DRAIN);

        three[0].release();
        home.run();
        assertThat(order).hasToString("before ");
        assertThat(tryNormal(DRAIN)).as("more urgent").isNotNull();

        before.takeBuffer().release();
        for (Buffer buffer : held) if (buffer.isHeld()) buffer.release();
        home.run();
        two.takeAll();
    }

    @Test
    void otherSizesDoNotWaitForAGather() {
        reopen(Plans.oneBlockSlabs(RESERVE + 6, RESERVE));
        Buffer small = Plans.some(keep(budget.pool().tryAcquire(SMALL, INTAKE, 0, "test")));
        for (int i = 0; i < 4; i++) hold(INTAKE);
        gathering("two", 2, INTAKE).cancelled();
        HandGather two = gathering("again", 2, INTAKE);

        assertThat(keep(budget.pool().tryAcquire(SMALL, INTAKE, 0, "test"))).isNotNull();

        small.release();
        for (Buffer buffer : held) if (buffer.isHeld()) buffer.release();
        home.run();
        two.takeAll();
    }

    @Test
    void aCancelledGatherLetsTheOthersThrough() {
        Buffer[] three = {hold(INTAKE), hold(INTAKE), hold(INTAKE)};
        HandGather two = gathering("two", 2, INTAKE);
        RecordingWaiter later = waiting("later", INTAKE);
        three[0].release();
        assertThat(home.run()).isZero();

        two.cancelled();

        assertThat(home.run()).isEqualTo(1);
        later.takeBuffer().release();
    }

    @Test
    void aCancelledGrantOfAGatherGoesToTheNextWaiter() {
        Buffer[] three = {hold(INTAKE), hold(INTAKE), hold(INTAKE)};
        HandGather two = gathering("two", 2, INTAKE);
        RecordingWaiter[] later = {waiting("a", INTAKE), waiting("b", INTAKE)};
        three[0].release();
        three[1].release();

        two.cancelled();

        home.run();
        assertThat(order).hasToString("a b ");
        assertThat(two.isFree()).isTrue();
        for (RecordingWaiter waiter : later) waiter.takeBuffer().release();
    }

    @Test
    void aGatherGrantedToAClosedLoopGoesToTheNextWaiter() {
        var closed = new ManualLoop();
        Buffer[] three = {hold(INTAKE), hold(INTAKE), hold(INTAKE)};
        var gone = new HandGather("gone", closed, 3);
        assertThat(budget.pool().acquireAll(gone, INTAKE, 0, "gone")).isFalse();
        RecordingWaiter[] later = {waiting("a", INTAKE), waiting("b", INTAKE), waiting("c", INTAKE)};
        closed.close();

        for (Buffer buffer : three) buffer.release();

        home.run();
        assertThat(order).hasToString("a b c ");
        assertThat(gone.isFree()).isTrue();
        for (RecordingWaiter waiter : later) waiter.takeBuffer().release();
    }

    @Test
    void theOldestGatherGetsItsTurnAmongMoreUrgentWaiters() {
        List<Buffer> out = new ArrayList<>();
        for (int i = 0; i < RESERVE + 3; i++) out.add(hold(DRAIN));
        HandGather two = gathering("two", 2, INTAKE);
        var flood = new RecordingWaiter[4];
        for (int i = 0; i < flood.length; i++) flood[i] = waiting("d", DRAIN);

        for (int release = 0; release < 60 && !order.toString().contains("two"); release++) {
            out.removeFirst().release();
            home.run();
            for (RecordingWaiter waiter : flood) {
                if (waiter.buffer == null) continue;
                Buffer got = waiter.takeBuffer();
                held.add(got);
                out.add(got);
                assertThat(budget.pool().acquire(waiter, NORMAL, DRAIN, 0, "d")).isNull();
            }
            Audit.check(budget);
        }

        assertThat(order.toString()).as("served although the flood never ended").contains("two ");
        for (RecordingWaiter waiter : flood) budget.pool().cancel(waiter);
        two.takeAll();
    }

    @Test
    void anImpossibleGatherIsRefusedAndUntakenBlocksAreNamed() {
        var four = new HandGather("four", home, 4);
        assertThatThrownBy(() -> budget.pool().acquireAll(four, INTAKE, 0, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 blocks can never be had together for INTAKE");
        assertThatThrownBy(() -> new HandGather("five", home, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThat(budget.pool().acquireAll(four, DRAIN, 0, "x")).isTrue();
        Buffer one = four.take();
        assertThatThrownBy(() -> budget.pool().acquireAll(four, DRAIN, 0, "x"))
                .hasMessageContaining("3 blocks that were granted and not taken");
        one.release();
        for (int i = 0; i < 3; i++) four.take().release();
        assertThatThrownBy(four::take).hasMessageContaining("no block left");
    }

    /// One who asks for its blocks, works and ends, so many times.
    private final class Task {
        private final HandGather gather;
        private boolean isAsking;
        private int turns;

        Task(int blocks) {
            gather = new HandGather("t", home, blocks);
        }

        boolean ask() {
            if (isAsking || turns == TURNS) return false;
            isAsking = true;
            gather.isGranted = budget.pool().acquireAll(gather, INTAKE, 0, "task");
            return true;
        }

        boolean end() {
            if (!gather.isGranted) return false;
            gather.takeAll();
            isAsking = false;
            turns++;
            return true;
        }
    }

    private final class HandGather extends Gather {
        private final String name;
        private final int blocks;
        private boolean isGranted;

        HandGather(String name, ManualLoop home, int blocks) {
            super(home, blocks);
            this.name = name;
            this.blocks = blocks;
        }

        @Override
        protected void granted() {
            isGranted = true;
            order.append(name).append(' ');
        }

        void takeAll() {
            assertThat(isGranted).isTrue();
            isGranted = false;
            for (int i = 0; i < blocks; i++) take().release();
        }

        void cancelled() {
            assertThat(budget.pool().cancel(this)).isTrue();
        }
    }

    private HandGather gathering(String name, int blocks, Urgency urgency) {
        var gather = new HandGather(name, home, blocks);
        assertThat(budget.pool().acquireAll(gather, urgency, 0, name)).isFalse();
        return gather;
    }

    private RecordingWaiter waiting(String name, Urgency urgency) {
        return waiting(name, urgency, 0);
    }

    /// Takes what is left for the urgency first.
    private RecordingWaiter waiting(String name, Urgency urgency, int spare) {
        for (int i = 0; i < spare; i++) tryNormal(urgency);
        var waiter = new RecordingWaiter(name, home, order);
        assertThat(budget.pool().acquire(waiter, NORMAL, urgency, 0, name)).isNull();
        return waiter;
    }

    private @Nullable Buffer tryNormal(Urgency urgency) {
        return keep(budget.pool().tryAcquire(NORMAL, urgency, 0, "test"));
    }

    private Buffer hold(Urgency urgency) {
        return Plans.some(tryNormal(urgency));
    }

    private @Nullable Buffer keep(@Nullable Buffer buffer) {
        if (buffer != null) held.add(buffer);
        return buffer;
    }

    private void reopen(MemoryPlan plan) {
        budget.close();
        budget = MemoryBudget.open(plan, new ManualClock(), 1);
    }
}
