package dev.weir.pool;

import dev.weir.time.Chance;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Chooses the origins in turn, exactly over all loops.
///
/// **Threads:** thread-safe.
public final class RoundRobin implements OriginChoice {
    private final AtomicInteger turn = new AtomicInteger();

    /// Creates the choice; it begins with the first origin.
    public RoundRobin() {}

    @Override
    public int choose(List<Origin> origins, Chance chance, long nowNanos) {
        int from = Integer.remainderUnsigned(turn.getAndIncrement(), origins.size());
        return OriginTier.best(origins, nowNanos).firstFrom(from, origins, nowNanos);
    }
}
