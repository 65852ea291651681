package dev.weir.testing.sim.seed;

import dev.weir.time.Chance;
import dev.weir.time.RarePoint;

/// Takes the rare paths that are marked in Weir: in each world some never, some often, until everything
/// is healed. Beside that a script may say how often one is taken ([#every]).
///
/// **Threads:** confined to its world.
public final class RarePaths implements Chance.Rare {
    private static final int SCALE = 1 << 16;

    /// How often a path is taken where it could be, in 65536ths.
    private static final int[] RATES = {0, 0, 0, 300, 3000, 16000};

    private final Chance chance;
    private final Trace trace;
    private final Faults faults;
    private final Runnable meanwhile;
    private final int[] rates = new int[RarePoint.values().length];
    private final int[] taken = new int[rates.length];
    private final int[] periods = new int[rates.length]; // 0 where no script has a say
    private final int[] asked = new int[rates.length];

    /// @param meanwhile run whenever somebody asks: what another thread may do first
    public RarePaths(Conditions conditions, Runnable meanwhile) {
        this.chance = conditions.rare();
        this.trace = conditions.trace();
        this.faults = conditions.faults();
        this.meanwhile = meanwhile;
        for (int i = 0; i < rates.length; i++) rates[i] = RATES[chance.below(RATES.length)];
    }

    /// Lets the path at `point` be taken whenever it could be another `steps` times, 1 for always.
    public void every(int steps, RarePoint point) {
        if (steps < 1) throw new IllegalArgumentException("steps are counted from 1, was " + steps);
        periods[point.ordinal()] = steps;
    }

    @Override
    public boolean takes(RarePoint point) {
        // Why: a loop asks in the middle of its turn, where a thread beside it could do anything.
        meanwhile.run();
        int rate = rates[point.ordinal()];
        boolean isPlanned = isPlanned(point);
        if (!isPlanned && (rate == 0 || faults.isHealed() || chance.below(SCALE) >= rate)) return false;
        taken[point.ordinal()]++;
        trace.note("rare", point.ordinal(), 0);
        if (trace.isRead()) trace.comment("rare path: " + point);
        return true;
    }

    private boolean isPlanned(RarePoint point) {
        int period = periods[point.ordinal()];
        return period > 0 && ++asked[point.ordinal()] % period == 0;
    }

    /// How often the path at `point` was taken.
    public int taken(RarePoint point) {
        return taken[point.ordinal()];
    }
}
