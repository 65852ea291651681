package dev.weir.laws;

import dev.weir.testing.sim.Run;
import dev.weir.testing.sim.Scenario;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.testing.sim.seed.LawBroken;
import dev.weir.time.Clock;
import dev.weir.time.RarePoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;

/// Runs a scenario with many seeds, on all cores.
///
/// **Threads:** confined to the thread that runs it; its players are threads of its own, gone when [#run] returns.
/// **Waits:** [#run] until all seeds are played or the time is over.
/// **Limits:** stops after ten failures.
final class Campaign {
    private static final int FAILURES_MAX = 10;
    private static final long PROGRESS_MILLIS = 2_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long STUCK_NANOS = 20_000_000_000L;

    private final Scenario scenario;
    private final Plan plan;
    private final Run.Observer witness;
    private final AtomicLongArray struck = new AtomicLongArray(Fault.values().length);
    private final AtomicLongArray taken = new AtomicLongArray(RarePoints.ALL.size());
    private final Consumer<String> progress;
    private final AtomicLong next;
    private final AtomicLongArray playing;
    private final AtomicLongArray sinceNanos;
    private final AtomicLong played = new AtomicLong();
    private final AtomicLong exchanges = new AtomicLong();
    private final AtomicLong faults = new AtomicLong();
    private final AtomicLong steps = new AtomicLong();
    private final List<Run> failures = new ArrayList<>(); // guarded by itself
    private final long beganNanos = Clock.system().nanoTime();
    private int failuresMax = FAILURES_MAX;
    private volatile boolean over;

    /// How much is played.
    ///
    /// @param from the first seed
    /// @param seeds how many, at most
    /// @param untilNanos when to stop, on the system's clock
    /// @param players how many threads
    record Plan(long from, long seeds, long untilNanos, int players) {}

    /// @param progress takes a line every two seconds
    Campaign(Scenario scenario, Plan plan, Run.Observer witness, Consumer<String> progress) {
        this.scenario = scenario;
        this.plan = plan;
        this.witness = counting(witness);
        this.progress = progress;
        this.next = new AtomicLong(plan.from());
        this.playing = new AtomicLongArray(plan.players());
        this.sinceNanos = new AtomicLongArray(plan.players());
    }

    private Run.Observer counting(Run.Observer other) {
        return new Run.Observer() {
            @Override
            public void begins(World world) {
                other.begins(world);
            }

            @Override
            public void ended(World world) {
                for (Fault fault : Fault.values()) {
                    struck.addAndGet(fault.ordinal(), world.faults().struck(fault));
                }
                for (int i = 0; i < taken.length(); i++) {
                    taken.addAndGet(i, world.rarePaths().taken(RarePoints.ALL.get(i)));
                }
                other.ended(world);
            }
        };
    }

    /// Plays them all.
    ///
    /// @return those that failed, by seed
    List<Run> run() throws InterruptedException {
        var players = new ArrayList<Thread>();
        for (int i = 0; i < plan.players(); i++) {
            int player = i;
            sinceNanos.set(i, Clock.system().nanoTime());
            players.add(Thread.ofPlatform().name("player " + i).daemon().start(() -> play(player)));
        }
        for (Thread player : players) {
            while (!player.join(Duration.ofMillis(PROGRESS_MILLIS))) {
                progress.accept(summary());
                if (isStuck(players)) return failures();
            }
        }
        return failures();
    }

    /// Plays until the first that fails.
    ///
    /// @return that one, or nothing
    List<Run> untilOneFails() throws InterruptedException {
        failuresMax = 1;
        return run();
    }

    private List<Run> failures() {
        synchronized (failures) {
            failures.sort((one, other) -> Long.compare(one.seed(), other.seed()));
            return List.copyOf(failures);
        }
    }

    /// Why: laws are checked after a step, so an endless loop inside a step breaks none of them.
    private boolean isStuck(List<Thread> players) {
        boolean stuck = false;
        for (int i = 0; i < players.size(); i++) {
            Thread player = players.get(i);
            if (!player.isAlive() || Clock.system().nanoTime() - sinceNanos.get(i) < STUCK_NANOS) continue;
            var broken = new LawBroken("I-11", "one step has lasted for " + STUCK_NANOS / 1_000_000_000 + " s");
            broken.setStackTrace(player.getStackTrace());
            keep(new Run(playing.get(i), 0, 0, 0, 0, broken));
            over = true;
            stuck = true;
        }
        return stuck;
    }

    private void play(int player) {
        long end = plan.from() + plan.seeds();
        for (long seed = next.getAndIncrement(); seed < end && !over; seed = next.getAndIncrement()) {
            playing.set(player, seed);
            sinceNanos.set(player, Clock.system().nanoTime());
            Run run = Run.of(scenario, seed, witness);
            played.incrementAndGet();
            exchanges.addAndGet(run.exchanges());
            faults.addAndGet(run.faults());
            steps.addAndGet(run.steps());
            if (!run.isOk()) keep(run);
            if (Clock.system().nanoTime() - plan.untilNanos() >= 0) over = true;
        }
    }

    private void keep(Run failed) {
        synchronized (failures) {
            failures.add(failed);
            if (failures.size() >= failuresMax) over = true;
        }
    }

    /// Where it stands, in a line.
    String summary() {
        double seconds = (Clock.system().nanoTime() - beganNanos) / NANOS_PER_SECOND;
        int failed;
        synchronized (failures) {
            failed = failures.size();
        }
        return String.format(
                Locale.ROOT,
                "%s: %d seeds in %.1f s, %.0f seeds/s, %.0f exchanges/s, %d faults, %d steps, %d failures",
                scenario.label(),
                played.get(),
                seconds,
                played.get() / seconds,
                exchanges.get() / seconds,
                faults.get(),
                steps.get(),
                failed);
    }

    /// How often `fault` has struck.
    long struck(Fault fault) {
        return struck.get(fault.ordinal());
    }

    /// How often the rare path at `point` was taken.
    long taken(RarePoint point) {
        return taken.get(RarePoints.ALL.indexOf(point));
    }

    /// How many seeds were played.
    long played() {
        return played.get();
    }
}
