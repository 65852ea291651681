package dev.weir.laws;

import dev.weir.testing.sim.Run;
import dev.weir.testing.sim.Scenario;
import dev.weir.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Plays a scenario with one seed after the other, on all cores.
///
/// **Threads:** confined to who runs it; its players are threads of its own, gone when [#run] returns.
/// **Waits:** [#run] until all seeds are played or the time is over.
/// **Limits:** stops after ten failures.
final class Campaign {
    private static final int FAILURES_MAX = 10;
    private static final long PROGRESS_MILLIS = 2_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Scenario scenario;
    private final Plan plan;
    private final Run.Witness witness;
    private final Consumer<String> progress;
    private final AtomicLong next;
    private final AtomicLong played = new AtomicLong();
    private final AtomicLong exchanges = new AtomicLong();
    private final AtomicLong faults = new AtomicLong();
    private final AtomicLong steps = new AtomicLong();
    private final List<Run> failures = new ArrayList<>(); // guarded by itself
    private final long beganNanos = Clock.system().nanoTime();
    private volatile boolean over;

    /// How much is played.
    ///
    /// @param from the first seed
    /// @param seeds how many, at most
    /// @param untilNanos when to stop, on the system's clock
    /// @param players how many threads
    record Plan(long from, long seeds, long untilNanos, int players) {}

    /// @param progress takes a line every two seconds
    Campaign(Scenario scenario, Plan plan, Run.Witness witness, Consumer<String> progress) {
        this.scenario = scenario;
        this.plan = plan;
        this.witness = witness;
        this.progress = progress;
        this.next = new AtomicLong(plan.from());
    }

    /// Plays them all.
    ///
    /// @return those that failed, by seed
    List<Run> run() throws InterruptedException {
        var players = new ArrayList<Thread>();
        for (int i = 0; i < plan.players(); i++) {
            players.add(Thread.ofPlatform().name("player " + i).daemon().start(this::play));
        }
        for (Thread player : players) {
            while (!player.join(java.time.Duration.ofMillis(PROGRESS_MILLIS))) progress.accept(summary());
        }
        synchronized (failures) {
            failures.sort((one, other) -> Long.compare(one.seed(), other.seed()));
            return List.copyOf(failures);
        }
    }

    private void play() {
        long end = plan.from() + plan.seeds();
        for (long seed = next.getAndIncrement(); seed < end && !over; seed = next.getAndIncrement()) {
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
            if (failures.size() >= FAILURES_MAX) over = true;
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
                scenario.name(),
                played.get(),
                seconds,
                played.get() / seconds,
                exchanges.get() / seconds,
                faults.get(),
                steps.get(),
                failed);
    }

    /// How many seeds were played.
    long played() {
        return played.get();
    }
}
