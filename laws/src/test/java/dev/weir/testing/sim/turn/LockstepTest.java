package dev.weir.testing.sim.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.loop.Mailbox;
import dev.weir.loop.Parking;
import dev.weir.loop.Threads;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.block.BlockSize;
import dev.weir.testing.sim.World;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Proves that of all threads of a world one runs at a time, in an order that the seed decides, and that
/// whoever steps out of it is named. Each world has a ledger of its own.
final class LockstepTest {
    private final World world = new World(7, new TreeSet<>(), null);
    private final Threads threads = new Threads(world.ledger(), world.threads());
    private final Parking parking = new Parking(world.clock(), world.threads());
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void everybodyEnds() {
        world.threads().end();
        assertThat(world.threads().alive()).isEmpty();
    }

    @Test
    void aSeedDecidesTheNextThread() {
        List<List<String>> orders = new ArrayList<>();
        for (long seed = 0; seed < 40; seed++) {
            List<String> once = order(seed);
            assertThat(order(seed)).isEqualTo(once);
            if (!orders.contains(once)) orders.add(once);
        }
        assertThat(orders).hasSizeGreaterThan(10);
    }

    private static List<String> order(long seed) {
        var other = new World(seed, new TreeSet<>(), null);
        var parking = new Parking(other.clock(), other.threads());
        var threads = new Threads(other.ledger(), other.threads());
        List<String> told = new ArrayList<>(); // Why: no lock, because one thread runs at a time.
        for (int i = 0; i < 3; i++) {
            String name = "thread " + i;
            threads.virtual(name, () -> {
                for (int step = 0; step < 3; step++) {
                    told.add(name);
                    rest(parking, other, 1);
                }
            });
        }
        other.add(other.threads(), 1);
        other.until(() -> other.threads().alive().isEmpty(), 1_000_000_000L, "all have ended");
        other.requireNothingLeft();
        return told;
    }

    private static void rest(Parking parking, World world, int millis) {
        try {
            boolean over = parking.awaitUntil(() -> false, Deadline.in(world.clock(), Duration.ofMillis(millis)));
            assertThat(over).isFalse();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aWokenThreadRunsAndOthersKeepWaiting() {
        var done = new boolean[1];
        Thread waiter = threads.platform("waiter", () -> {
            try {
                boolean woken = parking.awaitUntil(() -> done[0], Deadline.NEVER);
                told.add("woken " + woken);
            } catch (InterruptedException interrupted) {
                told.add("interrupted");
            }
        });
        world.add(world.threads(), 1);
        world.settle();
        done[0] = true;
        world.settle();
        assertThat(told).isEmpty();

        parking.unpark(waiter);
        world.settle();

        assertThat(told).containsExactly("woken true");
    }

    @Test
    void anInterruptEndsAWaitWhenItsTurnComes() {
        Thread waiter = threads.virtual("waiter", () -> {
            try {
                parking.awaitUntil(() -> false, Deadline.NEVER);
            } catch (InterruptedException interrupted) {
                told.add("interrupted");
            }
        });
        world.add(world.threads(), 1);
        world.settle();

        waiter.interrupt();
        assertThat(told).isEmpty();
        world.settle();

        assertThat(told).containsExactly("interrupted");
    }

    @Test
    void timePassesWhileTheWorldWaitsForAThread() throws InterruptedException {
        Thread slow = threads.virtual("slow", () -> rest(parking, world, 500));
        long began = world.clock().sinceBegin();

        assertThat(parking.awaitEnd(slow, Deadline.in(world.clock(), Duration.ofMillis(100))))
                .isFalse();
        assertThat(parking.awaitEnd(slow, Deadline.NEVER)).isTrue();

        assertThat(world.clock().sinceBegin() - began).isEqualTo(500_000_000L);
    }

    @Test
    void aThreadBlockedOutsideParkingIsNamedWithItsStack() {
        var elsewhere = new Semaphore(0);
        world.threads().patience(200_000_000L);
        world.add(world.threads(), 1);

        assertThatThrownBy(() -> {
                    threads.virtual("careless", elsewhere::acquireUninterruptibly);
                    world.settle();
                })
                .hasMessageStartingWith("threads: careless does not give the baton on")
                .hasMessageContaining("Semaphore");
        elsewhere.release();
    }

    @Test
    void threadsThatHaveNotEndedAreNamed() {
        threads.virtual("left behind", () -> rest(parking, world, 1000));

        assertThatThrownBy(world::requireNothingLeft).hasMessageContaining("left behind");
    }

    @Test
    void aThreadThatWaitsForNothingIsDetected() {
        assertThatThrownBy(() -> parking.awaitUntil(() -> false, Deadline.NEVER))
                .hasMessageStartingWith("liveness: the world's thread waits for ever");
    }

    @Test
    void aLoopThatBlocksInItsTurnIsDetected() {
        EventLoop loop = loop();
        loop.post(new Mailbox.Node(() -> {
            try {
                parking.awaitUntil(() -> false, Deadline.in(world.clock(), Duration.ofSeconds(1)));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }));

        assertThatThrownBy(world::settle).hasMessage("threads: a loop waits in the middle of its turn");
        loop.close();
    }

    @Test
    void aLoopSleepsUntilItIsWoken() {
        EventLoop loop = loop();
        world.heal();
        world.settle();
        long turns = loop.turns();
        world.settle();
        assertThat(loop.turns()).isEqualTo(turns);

        loop.post(new Mailbox.Node(() -> told.add("task")));
        world.settle();

        assertThat(told).containsExactly("task");
        loop.close();
    }

    private EventLoop loop() {
        var network = world.network(100);
        var fixed = EventLoop.fixedLines(1);
        long bytes = EventLoop.fixedBytes(1) + 4L * BlockSize.NORMAL.bytes();
        var memory = MemoryPlan.Settings.DEFAULT.withSlabBytes(BlockSize.NORMAL.bytes());
        var group = LoopGroup.open(new LoopGroup.Settings(
                "sim",
                1,
                LoopGroup.Drive.BY_HAND,
                world.clock(),
                world.ledger(),
                MemoryPlan.of(bytes, fixed, List.of(), memory),
                network::openPoller,
                1));
        world.add(group);
        return group.loops().getFirst();
    }
}
