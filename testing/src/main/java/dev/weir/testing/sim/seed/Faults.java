package dev.weir.testing.sim.seed;

import dev.weir.time.Chance;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Decides which faults strike. Each world has its own rates: some faults never strike in it, some often.
///
/// Every fault that strikes has a number, and a run can omit faults by number: that is how a failing run is shrunk.
///
/// A script may also plan a fault for a step ([#at]).
///
/// **Threads:** confined to its world.
/// **Source:** swarm testing (Groce and others, 2012).
public final class Faults {
    private static final Fault[] KINDS = Fault.values();
    private static final int SCALE = 1 << 16;

    /// The rates at which a fault strikes, in 65536ths.
    private static final int[] RATES = {0, 0, 200, 1000, 4000, 12000};

    private final Chance chance;
    private final Trace trace;
    private final SortedSet<Integer> omitted;
    private final int[] rates = new int[KINDS.length];
    private final int[] struck = new int[KINDS.length];
    private final FaultPlan plan = new FaultPlan();
    private final boolean calm;
    private boolean healed;
    private int number;

    /// @param omitted the numbers of faults that are left out
    Faults(Chance chance, Trace trace, SortedSet<Integer> omitted) {
        this.chance = chance;
        this.trace = trace;
        this.omitted = omitted;
        this.calm = false;
        for (int i = 0; i < rates.length; i++) rates[i] = RATES[chance.below(RATES.length)];
    }

    /// No random faults: only scripted ones strike.
    Faults(Trace trace) {
        this.chance = new Chance(0);
        this.trace = trace;
        this.omitted = new TreeSet<>();
        this.calm = true;
        this.healed = true;
    }

    /// Plans `kind` once, at the `step`-th occasion from now, 1 for the next. A short read or write moves a
    /// single byte.
    public void at(int step, Fault kind) {
        plan.once(step, kind, FaultPlan.isSized(kind) ? 1 : 0);
    }

    /// The same with the size of a short read or write.
    ///
    /// @param bytes how many bytes it moves; at most one less than possible
    public void at(int step, Fault kind, int bytes) {
        if (bytes < 1) throw new IllegalArgumentException("bytes must be at least 1, was " + bytes);
        if (!FaultPlan.isSized(kind)) throw new IllegalArgumentException(kind + " has no size");
        plan.once(step, kind, bytes);
    }

    /// Plans `kind` at every `steps`-th occasion, 1 for always, until [#never].
    public void every(int steps, Fault kind) {
        plan.again(steps, kind, FaultPlan.isSized(kind) ? 1 : 0);
    }

    /// Cancels what was planned of `kind`.
    public void never(Fault kind) {
        plan.remove(kind);
    }

    /// The planned single faults that have not happened.
    public List<Fault> planned() {
        return plan.once();
    }

    /// Whether `kind` strikes now.
    public boolean strikes(Fault kind) {
        return strikes(kind, 1);
    }

    /// Whether `kind` strikes now, at a rate that is `rarer` times lower than elsewhere.
    public boolean strikes(Fault kind, int rarer) {
        if (plan.isDue(kind)) return struckNow(kind);
        int rate = rates[kind.ordinal()];
        if (healed || rate == 0 || chance.below(SCALE * rarer) >= rate) return false;
        return happens(kind);
    }

    /// Lets `kind` strike now at any rate, unless it is omitted.
    public boolean happens(Fault kind) {
        return !healed && struckNow(kind);
    }

    private boolean struckNow(Fault kind) {
        number++;
        boolean omits = !omitted.isEmpty() && omitted.contains(number);
        trace.note(omits ? "omitted" : "fault", kind.ordinal(), number);
        if (trace.isRead()) trace.comment("fault " + number + ": " + kind + (omits ? ", left out" : ""));
        if (omits) {
            plan.takeBytes();
            return false;
        }
        struck[kind.ordinal()]++;
        return true;
    }

    /// A random number in `[0, bound)` for the severity.
    public int below(int bound) {
        int bytes = plan.takeBytes();
        if (bytes > 0) return Math.min(bytes, bound) - 1;
        return chance.below(bound);
    }

    /// Ends all faults.
    public void heal() {
        healed = true;
    }

    /// Whether faults have ended.
    public boolean isHealed() {
        return healed;
    }

    /// Whether only scripted faults strike: an unanswered connect then stays unanswered.
    public boolean isCalm() {
        return calm;
    }

    /// The number of the last fault, omitted ones included.
    public int numbered() {
        return number;
    }

    /// How many of `kind` have struck.
    public int struck(Fault kind) {
        return struck[kind.ordinal()];
    }
}
