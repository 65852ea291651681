package dev.weir.testing.sim.seed;

import dev.weir.time.Chance;
import java.io.PrintWriter;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// What a seed decides before anybody lives in a world, which all parts of the world share: its time, its
/// chances and what goes wrong in it. Beside that it keeps what happened, and the first law that was broken.
///
/// **Threads:** confined to its world.
public final class Conditions {
    private static final long EPOCH_MILLIS = 1_700_000_000_000L;

    /// Where the clock of a calm world begins.
    private static final long CALM_NANOS = 1_000_000_000L;

    private final SimClock clock;
    private final Trace trace;
    private final Chance chance;
    private final Chance scheduling;
    private final Chance rare;
    private final Faults faults;
    private final ThrowingClock throwingClock;
    private @Nullable LawBroken broken;

    /// The conditions of `seed`.
    ///
    /// @param omitted the numbers of faults that are left out
    /// @param log where everything that happens is written; null for nowhere
    public Conditions(long seed, SortedSet<Integer> omitted, @Nullable PrintWriter log) {
        var source = new Chance(seed);
        // Why: any number may be the beginning of a clock, just below the last one included.
        long firstNanos = source.below(4) == 0 ? Long.MAX_VALUE - source.below(1 << 30) * 16L : source.next() >> 8;
        this.clock = new SimClock(firstNanos, EPOCH_MILLIS + (source.next() >>> 32));
        this.trace = new Trace(log, clock);
        this.chance = new Chance(source.next());
        this.scheduling = new Chance(source.next());
        this.faults = new Faults(new Chance(source.next()), trace, omitted);
        this.rare = new Chance(source.next());
        this.throwingClock = new ThrowingClock(clock, faults);
    }

    private Conditions() {
        this.clock = new SimClock(CALM_NANOS, EPOCH_MILLIS);
        this.trace = new Trace(null, clock);
        this.chance = new Chance(0);
        this.scheduling = new Chance(0);
        this.faults = new Faults(trace);
        this.rare = new Chance(0);
        this.throwingClock = new ThrowingClock(clock, faults);
        this.throwingClock.begins();
    }

    /// Nothing is left to chance, and nothing goes wrong but what a script says.
    public static Conditions calm() {
        return new Conditions();
    }

    /// The time.
    public SimClock clock() {
        return clock;
    }

    /// The time for those who are tested: this clock may throw.
    public ThrowingClock throwingClock() {
        return throwingClock;
    }

    /// What happened.
    public Trace trace() {
        return trace;
    }

    /// The randomness of scenarios and their peers.
    public Chance chance() {
        return chance;
    }

    /// The randomness of who is next and what arrives.
    public Chance scheduling() {
        return scheduling;
    }

    /// The randomness of the rare paths.
    Chance rare() {
        return rare;
    }

    /// What goes wrong.
    public Faults faults() {
        return faults;
    }

    /// Writes down that an invariant does not hold. It is not lost when somebody on the way catches
    /// what is thrown.
    ///
    /// @return to be thrown
    public LawBroken broken(String invariant, String seen) {
        var first = broken;
        if (first != null) return first;
        var law = new LawBroken(invariant, seen);
        broken = law;
        if (trace.isRead()) trace.comment("BROKEN " + law.getMessage());
        return law;
    }

    /// What was broken first; null when nothing was.
    public @Nullable LawBroken broken() {
        return broken;
    }
}
