package dev.weir.laws.http;

import dev.weir.gateway.metrics.LoopQuery;
import dev.weir.loop.Parking;
import dev.weir.runtime.Weir;
import dev.weir.testing.sim.World;
import dev.weir.time.Deadline;
import java.time.Duration;

/// Asks the loops how many connections they have, again and again, on a thread of its own that waits for their
/// answers.
public final class RosterReader {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PAUSE_MILLIS_MAX = 10_000;

    private final World world;
    private final Weir weir;
    private final Parking parking;
    private boolean stopped;

    /// A reader that has not started.
    public RosterReader(World world, Weir weir) {
        this.world = world;
        this.weir = weir;
        this.parking = weir.group().parking();
    }

    /// Starts asking on a new thread.
    public void start() {
        weir.group().threads().virtual("roster reader", this::run);
    }

    /// Stops asking.
    public void stop() {
        stopped = true;
    }

    private void run() {
        try {
            while (!stopped) {
                ask();
                var pause = Duration.ofMillis(1 + world.chance().below(PAUSE_MILLIS_MAX));
                boolean over = parking.awaitUntil(() -> stopped, Deadline.in(world.clock(), pause));
                world.trace().note("roster reader", over ? 1 : 0, 0);
            }
        } catch (InterruptedException closing) {
            stopped = true;
        }
    }

    private void ask() throws InterruptedException {
        boolean healed = world.faults().isHealed();
        long began = world.clock().nanoTime();
        var answers = LoopQuery.ask(weir, PATIENCE, roster -> roster.live());
        world.trace().note("answers", answers.size(), world.clock().nanoTime() - began);
        // Why: time passes only when nobody has anything to do, and loops that were asked have.
        if (healed && world.clock().nanoTime() != began && !answers.isEmpty()) {
            throw world.broken(
                    "liveness", "loops that were asked slept on, and answered only when they woke by themselves");
        }
    }
}
