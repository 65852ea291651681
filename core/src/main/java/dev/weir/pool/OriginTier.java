package dev.weir.pool;

import java.util.List;

/// Which origins are worth choosing from, best first: those that live and have room; if there are none, those
/// that live; if there are none, those that have room; if there are none, all.
enum OriginTier {
    LIVES_WITH_ROOM,
    LIVES,
    HAS_ROOM,
    ANY;

    private static final OriginTier[] ALL = values();

    /// The best standing that any of `origins` has.
    static OriginTier best(List<Origin> origins, long nowNanos) {
        for (OriginTier standing : ALL) {
            if (standing.count(origins, nowNanos) > 0) return standing;
        }
        return ANY;
    }

    /// How many of `origins` have this standing.
    int count(List<Origin> origins, long nowNanos) {
        int count = 0;
        for (int i = 0; i < origins.size(); i++) {
            if (admits(origins.get(i), nowNanos)) count++;
        }
        return count;
    }

    /// Whether `origin` has this standing.
    boolean admits(Origin origin, long nowNanos) {
        return switch (this) {
            case LIVES_WITH_ROOM -> !origin.isPassedOver(nowNanos) && !origin.isFull();
            case LIVES -> !origin.isPassedOver(nowNanos);
            case HAS_ROOM -> !origin.isFull();
            case ANY -> true;
        };
    }

    /// The index of the first with this standing at or after `from`, going round; `from` when there is none any
    /// more.
    int firstFrom(int from, List<Origin> origins, long nowNanos) {
        for (int step = 0; step < origins.size(); step++) {
            int at = (from + step) % origins.size();
            if (admits(origins.get(at), nowNanos)) return at;
        }
        return from;
    }
}
