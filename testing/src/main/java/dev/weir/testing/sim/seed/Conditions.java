package dev.weir.testing.sim.seed;

import dev.weir.time.Chance;
import java.io.PrintWriter;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// What the seed decides and all parts of a world share: clock, random numbers and faults. It also keeps the
/// trace and the first broken law.
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
    /// @param log the log of all events; null for none
    public Conditions(long seed, SortedSet<Integer> omitted, @Nullable PrintWriter log) {
        var source = new Chance(seed);
        // Why: a clock may begin at any number, also just below the overflow.
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

    /// Conditions without randomness, in which only scripted faults happen.
    public static Conditions calm() {
        return new Conditions();
    }

    /// The time.
    public SimClock clock() {
        return clock;
    }

    /// The clock for the code under test, which may throw.
    public ThrowingClock throwingClock() {
        return throwingClock;
    }

    /// What happened.
    public Trace trace() {
        return trace;
    }

    /// The random numbers of scenarios and their peers.
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

    /// Records that an invariant does not hold. The record remains even if code catches the thrown error.
    ///
    /// @return the error, to be thrown by the caller
    public LawBroken broken(String invariant, String seen) {
        var first = broken;
        if (first != null) return first;
        var law = new LawBroken(invariant, seen);
        broken = law;
        if (trace.isRead()) trace.comment("BROKEN " + law.getMessage());
        return law;
    }

    /// The first broken law; null when there is none.
    public @Nullable LawBroken broken() {
        return broken;
    }
}
