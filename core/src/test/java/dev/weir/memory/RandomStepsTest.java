package dev.weir.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.MemoryDebug;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.FairBy;
import dev.weir.memory.wait.Gather;
import dev.weir.memory.wait.ManualClock;
import dev.weir.memory.wait.ManualLoop;
import dev.weir.memory.wait.OwnerLoop;
import dev.weir.memory.wait.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that no block, no turn and no byte is lost when loops race: in each step four threads do a few
/// random things at once, each a loop with waiters of its own, and between two steps everything is counted.
class RandomStepsTest {
    private static final int THREADS = 4;
    private static final int EFFORT = Integer.getInteger("weir.tests.effort", 1);
    private static final int STEPS = 400 * EFFORT;
    private static final Urgency[] URGENCIES = {Urgency.DRAIN, Urgency.RESPONSE, Urgency.HANDLE, Urgency.INTAKE};
    private static final BlockSize[] SIZES = {
        BlockSize.SMALL, BlockSize.NORMAL, BlockSize.NORMAL, BlockSize.NORMAL, BlockSize.LARGE
    };

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    @DisplayName("I-1, I-2 and I-3 hold after every step of four loops that race")
    void nothingIsLost(long seed) throws Exception {
        FairBy fairBy = FairBy.values()[(int) (seed / 2 % 2)];
        MemoryPlan plan = seed % 3 == 0
                ? Plans.slabs(4, 1, 3, fairBy, MemoryDebug.OFF)
                : Plans.slabs(6 + (int) seed, 4, 6, fairBy, debug(seed));
        var budget = MemoryBudget.open(plan, new ManualClock(), THREADS);
        var random = new SplittableRandom(seed);
        List<Loop> loops = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) loops.add(new Loop(i, budget, random.split()));
        var barrier = new CyclicBarrier(THREADS, () -> Audit.check(budget));
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> running = new ArrayList<>();
            for (Loop loop : loops) running.add(threads.submit(() -> loop.run(barrier)));
            for (Future<?> one : running) one.get(60L * EFFORT, TimeUnit.SECONDS);
        } catch (Exception | AssertionError failure) {
            throw new AssertionError("seed " + seed, failure);
        }

        settle(loops);
        Audit.check(budget);
        long asked = loops.stream().mapToLong(loop -> loop.queued).sum();
        Usage usage = budget.usage();
        assertThat(usage.waiters().total()).isZero();
        assertThat(asked).as("I-3").isEqualTo(usage.grants() + usage.gaveUp().total());
        assertThat(loops.stream().mapToLong(loop -> loop.granted).sum())
                .as("I-3")
                .isEqualTo(usage.grants() - usage.passedOn());
        budget.close();
    }

    /// Half of the runs with all debugging, which must change nothing but who waits.
    private static MemoryDebug debug(long seed) {
        if (seed % 2 == 0) return MemoryDebug.OFF;
        return MemoryDebug.OFF.withPoison().withPlaces().withColdFirst().withRefusals(100, seed);
    }

    private static void settle(List<Loop> loops) {
        for (Loop loop : loops) loop.giveEverythingUp();
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Loop loop : loops) {
                moved |= loop.home.run() > 0;
                moved |= loop.releaseAll();
            }
        }
    }

    private static final class Loop {
        private final int number;
        private final MemoryBudget budget;
        private final SplittableRandom random;
        private final ManualLoop home = new ManualLoop();
        private final List<Asker> askers = new ArrayList<>();
        private final List<Gathering> gathers = new ArrayList<>();
        private final List<Buffer> held = new ArrayList<>();
        private long queued;
        private long granted;

        Loop(int number, MemoryBudget budget, SplittableRandom random) {
            this.number = number;
            this.budget = budget;
            this.random = random;
            for (int i = 0; i < 6; i++) askers.add(new Asker(home));
            for (int i = 0; i < 2; i++) gathers.add(new Gathering(home, 2 + i));
        }

        @Nullable
        Void run(CyclicBarrier barrier) throws Exception {
            for (int step = 0; step < STEPS; step++) {
                for (int i = random.nextInt(1, 6); i > 0; i--) act();
                barrier.await(30, TimeUnit.SECONDS);
            }
            return null;
        }

        private void act() {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> acquire();
                case 3, 4 -> release();
                case 5 -> budget.pool().cancel(askers.get(random.nextInt(askers.size())));
                case 6 -> tryAcquire();
                case 7 -> gather();
                case 8 -> budget.pool().cancel(gathers.get(random.nextInt(gathers.size())));
                default -> home.run();
            }
        }

        private void acquire() {
            Asker asker = askers.get(random.nextInt(askers.size()));
            BlockSize size = size();
            if (!asker.isFree()) return;
            asker.setAddress(random.nextInt(5));
            Buffer atOnce = budget.pool().acquire(asker, size, urgency(), loop(), "loop " + number);
            if (atOnce != null) keep(atOnce);
            else queued++;
        }

        private void gather() {
            Gathering gather = gathers.get(random.nextInt(gathers.size()));
            Urgency urgency = urgency();
            if (!gather.isFree() || !budget.plan().slabPlan().canEverGather(gather.blocks(), urgency)) return;
            gather.setAddress(random.nextInt(5));
            if (budget.pool().acquireAll(gather, urgency, loop(), "gather " + number)) gather.keepAll();
            else queued++;
        }

        private void tryAcquire() {
            Buffer buffer = budget.pool().tryAcquire(size(), urgency(), loop(), "loop " + number);
            if (buffer != null) keep(random.nextBoolean() ? buffer.move("moved " + number) : buffer);
        }

        private void keep(Buffer buffer) {
            buffer.bytes().putInt(0, number);
            held.add(buffer);
        }

        private void release() {
            if (held.isEmpty()) return;
            Buffer buffer = held.remove(random.nextInt(held.size()));
            assertThat(buffer.bytes().getInt(0)).as("nobody else wrote here").isEqualTo(number);
            buffer.bytes().limit(100);
            Buffer small = random.nextInt(4) == 0 ? buffer.shrinkToSmallBlock(Urgency.INTAKE) : null;
            if (small == null) buffer.release();
            else held.add(small);
        }

        boolean releaseAll() {
            boolean any = !held.isEmpty();
            for (Buffer buffer : held) buffer.release();
            held.clear();
            return any;
        }

        void giveEverythingUp() {
            for (Asker asker : askers) budget.pool().cancel(asker);
            for (Gathering gather : gathers) budget.pool().cancel(gather);
        }

        private BlockSize size() {
            BlockSize size = SIZES[random.nextInt(SIZES.length)];
            return budget.plan().slabPlan().canEverServe(size) ? size : BlockSize.NORMAL;
        }

        private Urgency urgency() {
            return URGENCIES[random.nextInt(URGENCIES.length)];
        }

        private int loop() {
            return random.nextInt(5) == 0 ? BufferPool.NO_LOOP : number;
        }

        private final class Gathering extends Gather {
            Gathering(OwnerLoop home, int blocks) {
                super(home, blocks);
            }

            @Override
            protected void granted() {
                granted++;
                keepAll();
            }

            void keepAll() {
                for (int i = 0; i < blocks(); i++) keep(take());
            }
        }

        private final class Asker extends Waiter {
            Asker(OwnerLoop home) {
                super(home);
            }

            @Override
            protected void granted(Buffer buffer) {
                granted++;
                keep(buffer);
            }
        }
    }
}
