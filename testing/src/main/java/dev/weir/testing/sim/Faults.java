package dev.weir.testing.sim;

import dev.weir.time.Chance;
import java.util.SortedSet;

/// Decides what goes wrong. Each world has its own weather: some faults never happen in it, some often.
///
/// Every fault that strikes has a number, and a run can be told to leave some of them out: that is how
/// a failing run is made smaller.
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
    private boolean healed;
    private int number;

    /// @param omitted the numbers of faults that are left out
    Faults(Chance chance, Trace trace, SortedSet<Integer> omitted) {
        this.chance = chance;
        this.trace = trace;
        this.omitted = omitted;
        for (int i = 0; i < rates.length; i++) rates[i] = RATES[chance.below(RATES.length)];
    }

    /// Whether `kind` happens here and now.
    public boolean strikes(Fault kind) {
        return strikes(kind, 1);
    }

    /// Whether `kind` happens here and now, where it shall happen `rarer` times less often than elsewhere.
    public boolean strikes(Fault kind, int rarer) {
        int rate = rates[kind.ordinal()];
        if (healed || rate == 0 || chance.below(SCALE * rarer) >= rate) return false;
        return happens(kind);
    }

    /// Lets `kind` happen now, whatever the weather, unless it is left out.
    public boolean happens(Fault kind) {
        if (healed) return false;
        number++;
        boolean omits = !omitted.isEmpty() && omitted.contains(number);
        trace.note(omits ? "omitted" : "fault", kind.ordinal(), number);
        if (trace.isRead()) trace.comment("fault " + number + ": " + kind + (omits ? ", left out" : ""));
        if (omits) return false;
        struck[kind.ordinal()]++;
        return true;
    }

    /// A number in `[0, bound)` for how bad it is.
    public int below(int bound) {
        return chance.below(bound);
    }

    /// Nothing goes wrong any more.
    void heal() {
        healed = true;
    }

    /// Whether nothing goes wrong any more.
    public boolean isHealed() {
        return healed;
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
