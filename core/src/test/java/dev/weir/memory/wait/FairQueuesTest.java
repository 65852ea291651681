package dev.weir.memory.wait;

import static dev.weir.memory.block.BlockSize.NORMAL;
import static dev.weir.memory.block.Urgency.INTAKE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.memory.Audit;
import dev.weir.memory.MemoryBudget;
import dev.weir.memory.Plans;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.MemoryDebug;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that an address has one turn in a round, however many wait for it, and that nobody's turn is lost: by
/// scenes, and by long random runs beside a plain model.
class FairQueuesTest {
    private static final long NOISY = 1;
    private static final int ADDRESSES = 9;
    private static final int STEPS = 3_000;
    private static final int EIGHTH = 8;

    private final ManualLoop home = new ManualLoop();
    private final StringBuilder order = new StringBuilder();
    private final List<RecordingWaiter> waiters = new ArrayList<>();
    private final List<Buffer> held = new ArrayList<>();
    private MemoryBudget budget = open(FairBy.ADDRESS, 1);

    @AfterEach
    void everythingComesBack() {
        for (RecordingWaiter waiter : waiters) budget.pool().cancel(waiter);
        for (Buffer buffer : held) if (buffer.isHeld()) buffer.release();
        home.run();
        Audit.check(budget);
        budget.close();
    }

    @Test
    @DisplayName("H-09 by address, a client with a hundred connections does not keep ten others waiting")
    void eachAddressHasOneTurnPerRound() {
        aCrowdBeforeTenOthers();

        List<String> served = serve(EIGHTH + 4);

        // Why: two of the first twelve turns are the crowd's: its own, and one of every eight for the oldest.
        assertThat(served).contains("o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9");
    }

    @Test
    void byArrivalTheFirstWaiterIsServedFirst() {
        reopen(FairBy.ARRIVAL, 1);
        aCrowdBeforeTenOthers();

        List<String> served = serve(110);

        assertThat(served)
                .isEqualTo(waiters.stream().map(RecordingWaiter::toString).toList());
    }

    @Test
    void everyEighthGrantStillGoesToTheOldestWaiter() {
        hold();
        for (int i = 0; i < 5; i++) waiting("n" + i, NOISY);
        for (int i = 0; i < 30; i++) waiting("o" + i, 100 + i);

        List<String> served = serve(3 * EIGHTH);

        assertThat(served.getFirst()).isEqualTo("n0");
        assertThat(served.get(EIGHTH - 1)).isEqualTo("n1");
        assertThat(served.get(2 * EIGHTH - 1)).isEqualTo("n2");
        assertThat(served.get(3 * EIGHTH - 1)).isEqualTo("n3");
        assertThat(served).filteredOn(name -> name.startsWith("n")).hasSize(4);
    }

    @Test
    void aCancelledWaiterLeavesItsTurnToTheNextOfItsAddress() {
        hold();
        RecordingWaiter first = waiting("a0", 1);
        waiting("b0", 2);
        waiting("a1", 1);
        RecordingWaiter alone = waiting("c0", 3);
        waiting("b1", 2);
        waiting("d0", 4);

        budget.pool().cancel(first);
        budget.pool().cancel(alone);

        assertThat(serve(4)).containsExactly("a1", "b0", "d0", "b1");
    }

    @Test
    void waitersWithoutAnAddressShareOneTurn() {
        hold();
        waiting("x0", Waiter.NO_ADDRESS);
        waiting("x1", Waiter.NO_ADDRESS);
        waiting("a0", 1);

        assertThat(serve(3)).containsExactly("x0", "a0", "x1");
    }

    @Test
    @DisplayName("H-03 by address, blocks are kept for a gather when it is its address's turn, and not before")
    void aGatherWaitsForItsTurnAndThenKeepsIt() {
        reopen(FairBy.ADDRESS, 2);
        Buffer one = hold();
        Buffer other = hold();
        waiting("a0", 1);
        var gather = gathering(1);
        waiting("b0", 2);
        waiting("b1", 2);

        one.release();
        other.release();
        home.run();
        assertThat(order).as("it is not the gather's turn").hasToString("a0 b0 ");

        waiters.get(0).takeBuffer().release();
        assertThat(home.run()).as("one block is kept for it").isZero();
        waiters.get(1).takeBuffer().release();
        home.run();
        assertThat(order).hasToString("a0 b0 gather ");
        gather.take().release();
        gather.take().release();
        home.run();
        assertThat(order).hasToString("a0 b0 gather b1 ");
        waiters.get(2).takeBuffer().release();
    }

    @Test
    void aWaitingWaiterCannotChangeItsAddress() {
        hold();
        RecordingWaiter waiter = waiting("a0", 1);

        waiter.setAddress(1);
        assertThatThrownBy(() -> waiter.setAddress(2)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noAddressLosesATurnWhateverTheOrder(long seed) {
        var random = new SplittableRandom(seed);
        var rounds = new FairQueues<Waiter>(12, seed);
        var model = new Model();
        var idle = new ArrayList<RecordingWaiter>();
        for (int i = 0; i < 40; i++) idle.add(new RecordingWaiter("w" + i, home, order));
        var waiting = new ArrayList<RecordingWaiter>();

        for (int step = 0; step < STEPS; step++) {
            int what = random.nextInt(10);
            if (what < 5 && !idle.isEmpty()) {
                RecordingWaiter waiter = idle.remove(random.nextInt(idle.size()));
                waiter.setAddress(random.nextInt(ADDRESSES));
                waiter.ask(NORMAL, INTAKE, 0, "model");
                waiting.add(waiter);
                rounds.add(WaiterQueues.queue(waiter), waiter);
                model.add(waiter);
            } else if (what < 8 && !waiting.isEmpty()) {
                RecordingWaiter waiter = waiting.remove(random.nextInt(waiting.size()));
                idle.add(waiter);
                rounds.gaveUp(WaiterQueues.queue(waiter), waiter);
                model.gaveUp(waiter);
            } else if (!waiting.isEmpty()) {
                RecordingWaiter waiter =
                        random.nextInt(8) == 0 ? model.anyInFront(random) : Objects.requireNonNull(model.next());
                waiting.remove(waiter);
                idle.add(waiter);
                rounds.served(WaiterQueues.queue(waiter), waiter);
                model.served(waiter);
            }
            assertThat(next(rounds)).as("seed %d, step %d", seed, step).isSameAs(model.next());
            assertThat(rounds.count()).as("seed %d, step %d", seed, step).isEqualTo(waiting.size());
        }
    }

    private static @Nullable Waiter next(FairQueues<Waiter> rounds) {
        for (int queue = 0; queue < 12; queue++) if (rounds.next(queue) != null) return rounds.next(queue);
        return null;
    }

    /// The same in plain lists: those of one address in one list, and a list of these.
    private static final class Model {
        private final ArrayList<ArrayDeque<RecordingWaiter>> round = new ArrayList<>();

        void add(RecordingWaiter waiter) {
            for (ArrayDeque<RecordingWaiter> same : round) {
                if (same.getFirst().address != waiter.address) continue;
                same.add(waiter);
                return;
            }
            var fresh = new ArrayDeque<RecordingWaiter>();
            fresh.add(waiter);
            round.add(fresh);
        }

        void gaveUp(RecordingWaiter waiter) {
            for (ArrayDeque<RecordingWaiter> same : round) same.remove(waiter);
            round.removeIf(ArrayDeque::isEmpty);
        }

        void served(RecordingWaiter waiter) {
            for (ArrayDeque<RecordingWaiter> same : List.copyOf(round)) {
                if (same.getFirst() != waiter) continue;
                same.removeFirst();
                round.remove(same);
                if (!same.isEmpty()) round.add(same);
            }
        }

        @Nullable
        RecordingWaiter next() {
            return round.isEmpty() ? null : round.getFirst().getFirst();
        }

        RecordingWaiter anyInFront(SplittableRandom random) {
            return round.get(random.nextInt(round.size())).getFirst();
        }
    }

    // ---- scenes

    private void aCrowdBeforeTenOthers() {
        hold();
        for (int i = 0; i < 100; i++) waiting("n" + i, NOISY);
        for (int i = 0; i < 10; i++) waiting("o" + i, 100 + i);
    }

    /// Lets the block go from one to the next.
    ///
    /// @return who had it, in order
    private List<String> serve(int grants) {
        for (Buffer buffer : held) if (buffer.isHeld()) buffer.release();
        for (int i = 0; i < grants; i++) {
            home.run();
            Audit.check(budget);
            for (RecordingWaiter waiter : waiters) {
                if (waiter.buffer == null) continue;
                if (i == grants - 1) held.add(waiter.takeBuffer());
                else waiter.takeBuffer().release();
                break;
            }
        }
        return List.of(order.toString().trim().split(" "));
    }

    private Buffer hold() {
        Buffer buffer = Plans.some(budget.pool().tryAcquire(NORMAL, INTAKE, 0, "test"));
        held.add(buffer);
        return buffer;
    }

    private RecordingWaiter waiting(String name, long address) {
        var waiter = new RecordingWaiter(name, home, order);
        waiter.setAddress(address);
        assertThat(budget.pool().acquire(waiter, NORMAL, INTAKE, 0, name)).isNull();
        waiters.add(waiter);
        return waiter;
    }

    private Gather gathering(long address) {
        var gather = new Gather(home, 2) {
            @Override
            protected void granted() {
                order.append("gather ");
            }
        };
        gather.setAddress(address);
        assertThat(budget.pool().acquireAll(gather, INTAKE, 0, "gather")).isFalse();
        return gather;
    }

    private void reopen(FairBy fairBy, int above) {
        budget.close();
        budget = open(fairBy, above);
    }

    private static MemoryBudget open(FairBy fairBy, int above) {
        return MemoryBudget.open(Plans.slabs(above + 3, 1, 3, fairBy, MemoryDebug.OFF), new ManualClock(), 1);
    }
}
