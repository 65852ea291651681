package dev.weir.pool;

import dev.weir.time.Chance;
import java.util.List;

/// Chooses the less busy of two different origins drawn at random.
///
/// **Threads:** thread-safe.
/// **Source:** Mitzenmacher, The power of two choices in randomized load balancing (1996).
public final class RandomTwo implements OriginChoice {
    /// Creates the choice, which has no state.
    public RandomTwo() {}

    @Override
    public int choose(List<Origin> origins, Chance chance, long nowNanos) {
        OriginTier standing = OriginTier.best(origins, nowNanos);
        int candidates = standing.count(origins, nowNanos);
        if (candidates <= 1) return standing.firstFrom(chance.below(origins.size()), origins, nowNanos);
        int one = chance.below(candidates);
        int drawn = chance.below(candidates - 1);
        int other = drawn < one ? drawn : drawn + 1;
        int first = nth(one, standing, origins, nowNanos);
        int second = nth(other, standing, origins, nowNanos);
        return origins.get(second).outstanding() < origins.get(first).outstanding() ? second : first;
    }

    private static int nth(int number, OriginTier standing, List<Origin> origins, long nowNanos) {
        int left = number;
        int last = 0;
        for (int at = 0; at < origins.size(); at++) {
            if (!standing.admits(origins.get(at), nowNanos)) continue;
            last = at;
            if (left-- == 0) return at;
        }
        return last; // Why: another loop may have changed which origins are admitted since they were counted.
    }
}
