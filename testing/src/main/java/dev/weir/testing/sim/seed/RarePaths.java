package dev.weir.testing.sim.seed;

import dev.weir.time.Chance;
import dev.weir.time.RarePoint;
import java.util.LinkedHashMap;
import java.util.Map;

/// Takes the rare paths that are marked in Weir: in each world some never, some often, until the world is
/// healed. A script may also set how often one is taken ([#every]).
///
/// How often the path at a point is taken follows from the seed and the point's name, so that a point that is
/// added, removed or moved changes nothing for the others.
///
/// **Threads:** confined to its world.
public final class RarePaths implements Chance.Rare {
    private static final int SCALE = 1 << 16;

    /// The rates at which a path is taken, in 65536ths.
    private static final int[] RATES = {0, 0, 0, 300, 3000, 16000};

    private final Chance chance;
    private final Trace trace;
    private final Faults faults;
    private final Runnable meanwhile;
    private final long weather;
    private final Map<RarePoint, Path> paths = new LinkedHashMap<>();

    /// The state of the path at one point.
    private static final class Path {
        private final int rate;
        private int taken;
        private int period; // 0 where no script has a say
        private int asked;

        Path(int rate) {
            this.rate = rate;
        }

        boolean isPlanned() {
            return period > 0 && ++asked % period == 0;
        }
    }

    /// @param meanwhile run at each query: lets another thread run first
    public RarePaths(Conditions conditions, Runnable meanwhile) {
        this.chance = conditions.rare();
        this.trace = conditions.trace();
        this.faults = conditions.faults();
        this.meanwhile = meanwhile;
        this.weather = chance.next();
    }

    /// Takes the path at `point` at every `steps`-th occasion, 1 for always.
    public void every(int steps, RarePoint point) {
        if (steps < 1) throw new IllegalArgumentException("steps are counted from 1, was " + steps);
        path(point).period = steps;
    }

    @Override
    public boolean takes(RarePoint point) {
        // Why: a loop asks in the middle of its turn, where another thread could do anything.
        meanwhile.run();
        Path path = path(point);
        boolean isPlanned = path.isPlanned();
        if (!isPlanned && (path.rate == 0 || faults.isHealed() || chance.below(SCALE) >= path.rate)) return false;
        path.taken++;
        trace.note("rare", point.name().hashCode(), 0);
        if (trace.isRead()) trace.comment("rare path: " + point);
        return true;
    }

    private Path path(RarePoint point) {
        Path known = paths.get(point);
        if (known != null) return known;
        var own = new Chance(Chance.mixed(weather) + point.name().hashCode());
        var path = new Path(RATES[own.below(RATES.length)]);
        paths.put(point, path);
        return path;
    }

    /// How often the path at `point` was taken.
    public int taken(RarePoint point) {
        Path path = paths.get(point);
        return path == null ? 0 : path.taken;
    }
}
