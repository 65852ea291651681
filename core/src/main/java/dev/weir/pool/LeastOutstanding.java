package dev.weir.pool;

import dev.weir.time.Chance;
import java.util.List;

/// Chooses the origin with the fewest outstanding exchanges; among equals at random.
///
/// **Threads:** thread-safe.
public final class LeastOutstanding implements OriginChoice {
    /// Creates the choice, which has no state.
    public LeastOutstanding() {}

    @Override
    public int choose(List<Origin> origins, Chance chance, long nowNanos) {
        OriginTier standing = OriginTier.best(origins, nowNanos);
        // Why: beginning with the first each time would give it all the traffic while there is little.
        int from = chance.below(origins.size());
        int best = standing.firstFrom(from, origins, nowNanos);
        for (int step = 1; step < origins.size(); step++) {
            int at = (from + step) % origins.size();
            Origin origin = origins.get(at);
            if (standing.admits(origin, nowNanos)
                    && origin.outstanding() < origins.get(best).outstanding()) best = at;
        }
        return best;
    }
}
