package dev.weir.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.MemoryPlan.Line;
import dev.weir.memory.MemoryPlan.Settings;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.FairBy;
import dev.weir.memory.wait.ManualClock;
import dev.weir.memory.wait.ManualLoop;
import dev.weir.memory.wait.Waiter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that slabs retire for charges nobody planned, only when they are empty, and serve again afterwards;
/// and that the parts never exceed the budget meanwhile.
final class ReservationRequestTest {
    private static final int NORMAL = BlockSize.NORMAL.bytes();
    private static final int SLAB = 4 * NORMAL;
    private static final int SLABS = 16;
    private static final int RESERVE = 8;

    private static MemoryPlan plan() {
        return new MemoryPlan(
                (long) SLABS * SLAB + 1_000,
                List.of(),
                List.of(new Line("connections", 10, 50)),
                SLAB,
                SLABS,
                RESERVE,
                FairBy.ARRIVAL,
                Settings.DEFAULT.debug(),
                0,
                true);
    }

    private static MemoryBudget open(int loops) {
        return MemoryBudget.open(plan(), new ManualClock(), loops);
    }

    private static List<Line> slabs(int count) {
        return List.of(new Line("later", count, SLAB));
    }

    private static Buffer take(MemoryBudget budget, BlockSize size, int loop) {
        return Plans.some(budget.pool().tryAcquire(size, Urgency.DRAIN, loop, "test"));
    }

    /// As many blocks as can be had.
    private static ArrayDeque<Buffer> takeAll(MemoryBudget budget) {
        var all = new ArrayDeque<Buffer>();
        while (true) {
            Buffer one = budget.pool().tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, BufferPool.NO_LOOP, "test");
            if (one == null) return all;
            all.add(one);
        }
    }

    private static void sound(MemoryBudget budget) {
        assertThat(budget.complaint()).isNull();
        Audit.check(budget);
    }

    private static Reservation taken(ReservationRequest request) {
        assertThat(request.isTaken()).isTrue();
        return Objects.requireNonNull(request.take());
    }

    @Test
    void memoryOutsideSlabsIsUsedBeforeASlabRetires() {
        try (var budget = open(0);
                var request = budget.requestReservation(List.of(new Line("connections", 1_000, 1)))) {
            try (var _ = taken(request)) {
                assertThat(budget.slabsMax()).isEqualTo(SLABS);
                assertThat(budget.requestReservation(List.of(new Line("later", 1, 1)))
                                .wantedBytes())
                        .isEqualTo(1);
                sound(budget);
            }
        }
    }

    @Test
    void emptySlabsRetireAtOnceAndServeAgainWhenTheChargeIsGivenBack() {
        try (var budget = open(0)) {
            takeAll(budget).forEach(Buffer::release);
            try (var request = budget.requestReservation(slabs(5))) {
                Reservation later = taken(request);

                assertThat(budget.slabsMax()).isEqualTo(SLABS - 5);
                sound(budget);
                var all = takeAll(budget);
                assertThat(all).hasSize((SLABS - 5) * 4);
                all.forEach(Buffer::release);
                later.close();
            }

            assertThat(budget.slabsMax()).isEqualTo(SLABS);
            var all = takeAll(budget);
            assertThat(all).hasSize(SLABS * 4);
            all.forEach(Buffer::release);
            sound(budget);
        }
    }

    @Test
    void aRetiringSlabLendsNoMoreAndRetiresWithItsLastBlock() {
        try (var budget = open(0)) {
            ArrayDeque<Buffer> held = takeAll(budget);
            // Why: of each slab one block stays out; the fourth of each slab in a row.
            var one = new ArrayList<Buffer>();
            for (int i = 0; !held.isEmpty(); i++) {
                Buffer next = held.poll();
                if (i % 4 == 0) one.add(next);
                else next.release();
            }
            try (var request = budget.requestReservation(slabs(3))) {
                assertThat(request.isPossible()).isTrue();
                assertThat(request.isTaken()).isFalse();
                assertThat(request.slabsInUse()).isEqualTo(3);
                sound(budget);
                var rest = takeAll(budget);
                assertThat(rest).as("three in each slab that goes on").hasSize((SLABS - 3) * 3);
                rest.forEach(Buffer::release);

                for (Buffer back : one) {
                    assertThat(request.isTaken()).isFalse();
                    sound(budget);
                    back.release();
                    if (request.slabsInUse() == 0) break;
                }
                Reservation later = taken(request);
                sound(budget);
                one.forEach(ReservationRequestTest::releaseIfHeld);
                later.close();
            }
        }
    }

    private static void releaseIfHeld(Buffer one) {
        try {
            one.release();
        } catch (IllegalStateException back) {
            assertThat(back).hasMessageContaining("released");
        }
    }

    @Test
    void aClosedRequestLeavesTheSlabsUnchanged() {
        try (var budget = open(0)) {
            ArrayDeque<Buffer> held = takeAll(budget);
            try (var request = budget.requestReservation(slabs(3))) {
                assertThat(request.isTaken()).isFalse();
                assertThat(budget.slabsMax()).isEqualTo(SLABS - 3);
            }

            assertThat(budget.slabsMax()).isEqualTo(SLABS);
            held.forEach(Buffer::release);
            assertThat(budget.pool().isScarce()).isFalse();
            ArrayDeque<Buffer> again = takeAll(budget);
            assertThat(again).hasSize(SLABS * 4);
            again.forEach(Buffer::release);
            sound(budget);
        }
    }

    @Test
    void anImpossibleRequestNamesBothNumbersAtOnce() {
        try (var budget = open(0);
                var request = budget.requestReservation(slabs(SLABS))) {
            // Why: four slabs stay, so that a large block can still be had.
            assertThat(request.isPossible()).isFalse();
            assertThat(request.wantedBytes()).isEqualTo((long) SLABS * SLAB);
            assertThat(request.possibleBytes()).isEqualTo((SLABS - 4L) * SLAB + 500);
            assertThat(request.isTaken()).isFalse();
            assertThat(budget.slabsMax()).isEqualTo(SLABS);
        }
        try (var budget = open(0);
                var request = budget.requestReservation(slabs(SLABS - 4))) {
            try (var _ = taken(request)) {
                Buffer large = take(budget, BlockSize.LARGE, BufferPool.NO_LOOP);
                large.release();
                sound(budget);
            }
        }
    }

    @Test
    void cachedBlocksDoNotKeepASlabFromRetiring() {
        try (var budget = open(1)) {
            var held = new ArrayList<Buffer>();
            for (int i = 0; i < 8; i++) held.add(take(budget, BlockSize.NORMAL, 0));
            held.forEach(Buffer::release);
            try (var request = budget.requestReservation(slabs(SLABS - 4));
                    var _ = taken(request)) {
                sound(budget);
            }
        }
    }

    @Test
    void theReserveStaysWholeWhenItsBlocksAreInRetiringSlabs() {
        try (var budget = open(0)) {
            // The last eight are the reserve's; all but four of the first come back.
            ArrayDeque<Buffer> all = takeAll(budget);
            var reserve = new ArrayList<Buffer>();
            for (int i = 0; i < RESERVE; i++) reserve.add(all.pollLast());
            for (int i = 0; i < 5; i++) all.pollLast().release();
            try (var request = budget.requestReservation(slabs(12))) {
                assertThat(request.isTaken()).isFalse();
                sound(budget);
                reserve.forEach(Buffer::release);
                assertThat(request.isTaken()).isFalse();
                sound(budget);
                all.forEach(Buffer::release);
                try (var _ = taken(request)) {
                    sound(budget);
                }
            }
        }
    }

    /// Keeps what it is granted.
    private static final class Keeping extends Waiter {
        private @Nullable Buffer buffer;

        Keeping(ManualLoop home) {
            super(home);
        }

        @Override
        protected void granted(Buffer granted) {
            buffer = granted;
        }
    }

    @Test
    void waitersAreServedWhenTheSlabsServeAgain() {
        try (var budget = open(0)) {
            var request = budget.requestReservation(slabs(4));
            Reservation later = taken(request);
            ArrayDeque<Buffer> all = takeAll(budget);
            var home = new ManualLoop();
            var waiter = new Keeping(home);
            assertThat(budget.pool().acquire(waiter, BlockSize.NORMAL, Urgency.INTAKE, BufferPool.NO_LOOP, "waits"))
                    .isNull();

            later.close();
            home.run();

            assertThat(waiter.buffer).isNotNull();
            Plans.some(waiter.buffer).release();
            all.forEach(Buffer::release);
            sound(budget);
        }
    }

    @Test
    void waitersGetNoBlockOfARetiringSlab() {
        try (var budget = open(0)) {
            ArrayDeque<Buffer> all = takeAll(budget);
            var home = new ManualLoop();
            var waiter = new Keeping(home);
            assertThat(budget.pool().acquire(waiter, BlockSize.NORMAL, Urgency.DRAIN, BufferPool.NO_LOOP, "waits"))
                    .isNull();
            try (var request = budget.requestReservation(slabs(3))) {
                assertThat(request.isTaken()).isFalse();
                for (int i = 0; i < 3 * 4; i++) {
                    assertThat(request.isTaken()).isFalse();
                    all.pollFirst().release();
                    sound(budget);
                }
                home.run();
                assertThat(waiter.buffer).isNull();
                try (var _ = taken(request)) {
                    all.pollFirst().release();
                    home.run();
                    Plans.some(waiter.buffer).release();
                    all.forEach(Buffer::release);
                    sound(budget);
                }
            }
        }
    }

    @Test
    void twoRequestsAtOnceNeverGetTheSameSlabs() {
        try (var budget = open(0)) {
            Buffer held = take(budget, BlockSize.NORMAL, BufferPool.NO_LOOP);
            try (var first = budget.requestReservation(slabs(6));
                    var second = budget.requestReservation(slabs(6));
                    var third = budget.requestReservation(slabs(1))) {
                assertThat(third.isPossible()).isFalse();
                try (var _ = taken(first);
                        var _ = taken(second)) {
                    assertThat(budget.slabsMax()).isEqualTo(SLABS - 12);
                    sound(budget);
                }
            }
            held.release();
        }
    }

    private static final int THREADS = 4;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    @DisplayName("I-1 the parts never exceed the budget while openers and loops race")
    void thePartsNeverExceedTheBudget(long seed) throws Exception {
        var budget = open(2);
        var random = new SplittableRandom(seed);
        var barrier = new CyclicBarrier(THREADS + 1, () -> sound(budget));
        try (var threads = Executors.newFixedThreadPool(THREADS + 1)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                var loop = new Loop(budget, i, random.split());
                var opener = new Opener(budget, random.split());
                running.add(threads.submit(() -> steps(barrier, loop::step, loop::end)));
                running.add(threads.submit(() -> steps(barrier, opener::step, opener::end)));
            }
            // Why: the truth at any instant, not only between two steps.
            running.add(threads.submit(
                    () -> steps(barrier, () -> assertThat(budget.excess()).isNull(), () -> {})));
            for (Future<?> one : running) one.get(60, TimeUnit.SECONDS);
        }

        assertThat(budget.slabsMax()).isEqualTo(SLABS);
        assertThat(budget.reservedBytes()).isZero();
        sound(budget);
        budget.close();
    }

    private static Void steps(CyclicBarrier barrier, Runnable step, Runnable end) throws Exception {
        for (int i = 0; i < 300; i++) {
            for (int j = 0; j < 4; j++) step.run();
            barrier.await(30, TimeUnit.SECONDS);
        }
        end.run();
        return null;
    }

    private static final class Loop {
        private static final BlockSize[] SIZES = {BlockSize.SMALL, BlockSize.NORMAL, BlockSize.NORMAL, BlockSize.LARGE};
        private final MemoryBudget budget;
        private final int loop;
        private final SplittableRandom random;
        private final ArrayDeque<Buffer> held = new ArrayDeque<>();

        Loop(MemoryBudget budget, int loop, SplittableRandom random) {
            this.budget = budget;
            this.loop = loop;
            this.random = random;
        }

        void step() {
            if (random.nextInt(3) > 0) {
                Buffer one = budget.pool().tryAcquire(SIZES[random.nextInt(SIZES.length)], Urgency.DRAIN, loop, "loop");
                if (one != null) held.add(one);
            } else {
                for (int i = random.nextInt(4); i > 0 && !held.isEmpty(); i--) {
                    Buffer one = random.nextBoolean() ? held.poll() : held.pollLast();
                    if (one != null) one.release();
                }
            }
            if (held.size() > 20) end();
        }

        void end() {
            for (Buffer one = held.poll(); one != null; one = held.poll()) one.release();
        }
    }

    private static final class Opener {
        private final MemoryBudget budget;
        private final SplittableRandom random;
        private @Nullable ReservationRequest asking;
        private @Nullable Reservation taken;

        Opener(MemoryBudget budget, SplittableRandom random) {
            this.budget = budget;
            this.random = random;
        }

        void step() {
            ReservationRequest now = asking;
            if (now != null) {
                if (now.isTaken()) taken = now.take();
                else if (random.nextInt(8) > 0) return;
                end(now);
            } else if (taken != null) {
                if (random.nextBoolean()) end();
            } else {
                asking = budget.requestReservation(slabs(1 + random.nextInt(9)));
            }
        }

        private void end(ReservationRequest now) {
            now.close();
            asking = null;
        }

        void end() {
            if (asking != null) end(asking);
            if (taken != null) taken.close();
            taken = null;
        }
    }
}
