package dev.weir.testing.sim.seed;

import dev.weir.time.Chance;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Decides what goes wrong. Each world has its own weather: some faults never happen in it, some often.
///
/// Every fault that strikes has a number, and a run can be told to leave some of them out: that is how
/// a failing run is made smaller.
///
/// Beside the weather a script may say at which step a fault strikes ([#at]).
///
/// **Threads:** confined to its world.
/// **Source:** swarm testing (Groce and others, 2012).
public final class Faults {
    private static final Fault[] KINDS = Fault.values();
    private static final int SCALE = 1 << 16;

    /// How often a fault strikes where it could, in 65536ths.
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

    /// No weather at all: only what a script says happens.
    Faults(Trace trace) {
        this.chance = new Chance(0);
        this.trace = trace;
        this.omitted = new TreeSet<>();
        this.calm = true;
        this.healed = true;
    }

    /// Lets `kind` happen once, whatever the weather: at the `step`-th time from now that it could, 1 for the
    /// next. A short read or write is one of a single byte.
    public void at(int step, Fault kind) {
        plan.once(step, kind, FaultPlan.isSized(kind) ? 1 : 0);
    }

    /// The same with the size of a short read or write.
    ///
    /// @param bytes how many bytes it moves; one less than it could at most
    public void at(int step, Fault kind, int bytes) {
        if (bytes < 1) throw new IllegalArgumentException("bytes must be at least 1, was " + bytes);
        if (!FaultPlan.isSized(kind)) throw new IllegalArgumentException(kind + " has no size");
        plan.once(step, kind, bytes);
    }

    /// Lets `kind` happen whenever it could another `steps` times, 1 for always, until [#never].
    public void every(int steps, Fault kind) {
        plan.again(steps, kind, FaultPlan.isSized(kind) ? 1 : 0);
    }

    /// What was planned of `kind` does not happen any more.
    public void never(Fault kind) {
        plan.remove(kind);
    }

    /// What a script wants to happen once and that has not happened.
    public List<Fault> planned() {
        return plan.once();
    }

    /// Whether `kind` happens here and now.
    public boolean strikes(Fault kind) {
        return strikes(kind, 1);
    }

    /// Whether `kind` happens here and now, where it shall happen `rarer` times less often than elsewhere.
    public boolean strikes(Fault kind, int rarer) {
        if (plan.isDue(kind)) return struckNow(kind);
        int rate = rates[kind.ordinal()];
        if (healed || rate == 0 || chance.below(SCALE * rarer) >= rate) return false;
        return happens(kind);
    }

    /// Lets `kind` happen now, whatever the weather, unless it is left out.
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

    /// A number in `[0, bound)` for how bad it is.
    public int below(int bound) {
        int bytes = plan.takeBytes();
        if (bytes > 0) return Math.min(bytes, bound) - 1;
        return chance.below(bound);
    }

    /// Nothing goes wrong any more.
    public void heal() {
        healed = true;
    }

    /// Whether nothing goes wrong any more.
    public boolean isHealed() {
        return healed;
    }

    /// Whether there is no weather, only what a script says: what is not answered stays so.
    public boolean isCalm() {
        return calm;
    }

    /// How many could have struck, those left out included: the number of the last one.
    public int numbered() {
        return number;
    }

    /// How many of `kind` have struck.
    public int struck(Fault kind) {
        return struck[kind.ordinal()];
    }
}
