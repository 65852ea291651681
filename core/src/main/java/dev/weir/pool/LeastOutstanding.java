package dev.weir.pool;

import dev.weir.time.Chance;
import java.util.List;

/// The origin with the fewest outstanding exchanges; among equals by chance.
///
/// **Threads:** thread-safe.
public final class LeastOutstanding implements OriginChoice {
    /// A choice without state of its own.
    public LeastOutstanding() {}

    @Override
    public int choose(List<Origin> origins, Chance chance, long nowNanos) {
        OriginTier standing = OriginTier.best(origins, nowNanos);
        // Why: always beginning with the first would give it all the traffic of a quiet hour.
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
