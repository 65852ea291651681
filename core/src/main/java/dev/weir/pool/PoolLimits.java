package dev.weir.pool;

import dev.weir.connection.Starvation;
import dev.weir.memory.wait.FairBy;
import java.time.Duration;

/// The limits of a connection pool.
///
/// **Threads:** immutable.
///
/// @param connectionsMax connections to one origin over all loops, including those being made; at least 1
/// @param waitingMax leases that may wait in the whole pool; 0 refuses each that would have to wait
/// @param acquireTime how long a lease waits at most
/// @param idleTime how long an idle connection is kept
/// @param connectTime how long an attempt to connect may take
/// @param fairBy the order in which waiters are served
/// @param starveAfter how long the client of a lease may take to move a block while others wait
/// @param downTime how long a lease waits for an origin to return when all are down; zero refuses it at once
public record PoolLimits(
        int connectionsMax,
        int waitingMax,
        Duration acquireTime,
        Duration idleTime,
        Duration connectTime,
        FairBy fairBy,
        Duration starveAfter,
        Duration downTime) {
    private static final Duration TIME_MAX = Duration.ofDays(365);

    /// Refuses invalid limits.
    public PoolLimits {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax must be at least 1, was " + connectionsMax);
        }
        if (waitingMax < 0) throw new IllegalArgumentException("waitingMax must not be negative, was " + waitingMax);
        requireUsable("acquireTime", acquireTime);
        requireUsable("idleTime", idleTime);
        requireUsable("connectTime", connectTime);
        requireUsable("starveAfter", starveAfter);
        if (!downTime.isZero()) requireUsable("downTime", downTime);
    }

    /// Limits under which a lease that finds all origins down is refused at once.
    public PoolLimits(
            int connectionsMax,
            int waitingMax,
            Duration acquireTime,
            Duration idleTime,
            Duration connectTime,
            FairBy fairBy,
            Duration starveAfter) {
        this(connectionsMax, waitingMax, acquireTime, idleTime, connectTime, fairBy, starveAfter, Duration.ZERO);
    }

    /// Limits under which client addresses take turns, and a slow lease is ended after [Starvation#LIMIT].
    public PoolLimits(
            int connectionsMax, int waitingMax, Duration acquireTime, Duration idleTime, Duration connectTime) {
        this(connectionsMax, waitingMax, acquireTime, idleTime, connectTime, FairBy.ADDRESS, Starvation.LIMIT);
    }

    /// The same limits with another time to wait when all origins are down.
    public PoolLimits withDownTime(Duration time) {
        return new PoolLimits(
                connectionsMax, waitingMax, acquireTime, idleTime, connectTime, fairBy, starveAfter, time);
    }

    private static void requireUsable(String name, Duration time) {
        if (!time.isPositive() || time.compareTo(TIME_MAX) > 0) {
            throw new IllegalArgumentException(name + " must be more than 0 and at most a year, was " + time);
        }
    }
}
