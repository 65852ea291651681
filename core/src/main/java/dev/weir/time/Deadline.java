package dev.weir.time;

import java.time.Duration;

/// A moment after which a wait ends.
///
/// **Threads:** immutable.
///
/// @param atNanos the moment on the clock it was made with; [Long#MAX_VALUE] is never
public record Deadline(long atNanos) {
    /// A deadline that never comes.
    public static final Deadline NEVER = new Deadline(Long.MAX_VALUE);

    /// The moment `duration` from now on `clock`; a duration too long to count is [#NEVER].
    public static Deadline in(Clock clock, Duration duration) {
        long now = clock.nanoTime();
        long nanos = duration.toSeconds() >= Long.MAX_VALUE / 4_000_000_000L ? Long.MAX_VALUE : duration.toNanos();
        return nanos == Long.MAX_VALUE ? NEVER : new Deadline(now + nanos);
    }

    /// Whether the moment has come at `nowNanos`.
    public boolean isPast(long nowNanos) {
        return atNanos != Long.MAX_VALUE && nowNanos - atNanos >= 0;
    }

    /// Nanoseconds left at `nowNanos`; 0 when past.
    public long leftNanos(long nowNanos) {
        return leftNanos(atNanos, nowNanos);
    }

    /// As [#leftNanos(long)], for a deadline given as a number, so that no object is made.
    public static long leftNanos(long atNanos, long nowNanos) {
        return atNanos == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, atNanos - nowNanos);
    }
}
