package dev.weir.pool;

import java.util.List;

/// The tiers of origins to choose from, best first: those that are not passed over and have room; if there are
/// none, those that are not passed over; if there are none, those that have room; if there are none, all.
enum OriginTier {
    LIVES_WITH_ROOM,
    LIVES,
    HAS_ROOM,
    ANY;

    private static final OriginTier[] ALL = values();

    /// The best tier with any of `origins`.
    static OriginTier best(List<Origin> origins, long nowNanos) {
        for (OriginTier standing : ALL) {
            if (standing.count(origins, nowNanos) > 0) return standing;
        }
        return ANY;
    }

    /// How many of `origins` are in this tier.
    int count(List<Origin> origins, long nowNanos) {
        int count = 0;
        for (int i = 0; i < origins.size(); i++) {
            if (admits(origins.get(i), nowNanos)) count++;
        }
        return count;
    }

    /// Whether `origin` is in this tier.
    boolean admits(Origin origin, long nowNanos) {
        return switch (this) {
            case LIVES_WITH_ROOM -> !origin.isPassedOver(nowNanos) && !origin.isFull();
            case LIVES -> !origin.isPassedOver(nowNanos);
            case HAS_ROOM -> !origin.isFull();
            case ANY -> true;
        };
    }

    /// The index of the first origin of this tier at or after `from`, wrapping around; `from` if there is none any
    /// more.
    int firstFrom(int from, List<Origin> origins, long nowNanos) {
        for (int step = 0; step < origins.size(); step++) {
            int at = (from + step) % origins.size();
            if (admits(origins.get(at), nowNanos)) return at;
        }
        return from;
    }
}
