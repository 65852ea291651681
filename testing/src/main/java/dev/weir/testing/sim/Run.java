package dev.weir.testing.sim;

import dev.weir.testing.sim.seed.LawBroken;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One run of a scenario with one seed.
///
/// **Threads:** immutable.
///
/// @param seed the seed
/// @param hash the hash of all events: the same for the same seed, on every machine
/// @param faults the number of the last fault
/// @param exchanges how many were begun
/// @param steps how many steps the world made
/// @param failure the failure; null when every law held
public record Run(
        long seed,
        long hash,
        int faults,
        int exchanges,
        long steps,
        @Nullable Throwable failure) {
    private static final SortedSet<Integer> NONE = Collections.unmodifiableSortedSet(new TreeSet<>());

    /// Observes a world during the run and at its end, for example its log.
    public interface Observer {
        /// A world begins, on this thread.
        void begins(World world);

        /// It has ended.
        void ended(World world);
    }

    /// Plays `scenario` with `seed`.
    public static Run of(Scenario scenario, long seed, Observer witness) {
        return of(scenario, seed, NONE, null, witness);
    }

    /// Plays `scenario` with `seed`, some faults left out.
    ///
    /// @param omitted the numbers of the faults that are left out
    /// @param log the log of all events; null for none
    public static Run of(
            Scenario scenario, long seed, SortedSet<Integer> omitted, @Nullable PrintWriter log, Observer witness) {
        var world = new World(seed, omitted, log);
        witness.begins(world);
        Throwable failure;
        try {
            scenario.play(world);
            failure = world.broken();
        } catch (RuntimeException | Error thrown) { // Why: every exception is a finding of the run.
            LawBroken broken = world.broken();
            failure = broken == null ? thrown : broken;
        }
        var run = new Run(
                seed,
                world.trace().hash(),
                world.faults().numbered(),
                world.exchanges().begun(),
                world.steps(),
                failure);
        world.end();
        witness.ended(world);
        return run;
    }

    /// Shrinks a failing run: omits every fault without which it still fails.
    ///
    /// @return the numbers of the faults that can be left out
    public static SortedSet<Integer> shrink(Scenario scenario, Run failing, Observer witness) {
        var omitted = new TreeSet<Integer>();
        int last = failing.faults();
        // Why: first in halves, so that most irrelevant faults go quickly; then one by one.
        for (int size = Math.max(1, last / 2); size >= 1; size /= 2) {
            for (int from = last; from >= 1; from -= size) {
                var fewer = new TreeSet<>(omitted);
                for (int number = from; number > Math.max(0, from - size); number--) fewer.add(number);
                if (fewer.size() == omitted.size()) continue;
                Run shorter = of(scenario, failing.seed(), fewer, null, witness);
                if (shorter.isSameFailure(failing)) omitted = fewer;
            }
        }
        return omitted;
    }

    private boolean isSameFailure(Run other) {
        return failure != null && other.failure != null && kind(failure).equals(kind(other.failure));
    }

    private static String kind(Throwable failure) {
        String words = String.valueOf(failure.getMessage());
        int colon = words.indexOf(':');
        return failure.getClass().getName() + (colon < 0 ? "" : words.substring(0, colon));
    }

    /// Whether every law held.
    public boolean isOk() {
        return failure == null;
    }

    /// The run in one line: `seed 7 trace 0123456789abcdef ok`.
    public String line() {
        String end = failure == null ? "ok" : "FAILED " + failure.getMessage();
        return String.format("seed %d trace %016x %s", seed, hash, end);
    }
}
