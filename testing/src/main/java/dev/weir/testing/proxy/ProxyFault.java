package dev.weir.testing.proxy;

import java.time.Duration;

/// What a [FaultProxy] does to the bytes of one direction.
///
/// **Threads:** immutable.
public sealed interface ProxyFault {
    /// Every byte and the end of stream are delayed by `time`.
    record Latency(Duration time) implements ProxyFault {
        /// Refuses nonsense.
        public Latency {
            positive("latency", time);
        }
    }

    /// At most so many bytes arrive in a second.
    record Bandwidth(long bytesPerSecond) implements ProxyFault {
        /// Refuses nonsense.
        public Bandwidth {
            atLeast(1, "bandwidth", bytesPerSecond);
        }
    }

    /// Bytes arrive in pieces of `bytes` at most, at least a millisecond apart.
    record Slices(int bytes) implements ProxyFault {
        /// Refuses nonsense.
        public Slices {
            atLeast(1, "slices", bytes);
        }
    }

    /// The end of stream arrives `time` after the last byte.
    record SlowClose(Duration time) implements ProxyFault {
        /// Refuses nonsense.
        public SlowClose {
            positive("slow close", time);
        }
    }

    /// Both sides are reset once `bytes` have passed since this fault was set or, if that is later, since
    /// the connection began.
    record ResetAfterBytes(long bytes) implements ProxyFault {
        /// Refuses nonsense.
        public ResetAfterBytes {
            atLeast(0, "reset after", bytes);
        }
    }

    /// Both sides are reset when their connection is `time` old.
    record ResetAfterTime(Duration time) implements ProxyFault {
        /// Refuses nonsense.
        public ResetAfterTime {
            positive("reset after", time);
        }
    }

    /// Exactly `bytes` pass, counted as by [ResetAfterBytes], or fewer if there are not so many; then comes
    /// an orderly end, and what follows is swallowed.
    record Limit(long bytes) implements ProxyFault {
        /// Refuses nonsense.
        public Limit {
            atLeast(0, "limit", bytes);
        }
    }

    /// Nothing passes in this direction: bytes, ends and resets wait until the fault is removed.
    record BlackHole() implements ProxyFault {}

    /// A [Latency].
    static ProxyFault latency(Duration time) {
        return new Latency(time);
    }

    /// A [Bandwidth].
    static ProxyFault bandwidth(long bytesPerSecond) {
        return new Bandwidth(bytesPerSecond);
    }

    /// A [Slices].
    static ProxyFault slices(int bytes) {
        return new Slices(bytes);
    }

    /// A [SlowClose].
    static ProxyFault slowClose(Duration time) {
        return new SlowClose(time);
    }

    /// A [ResetAfterBytes].
    static ProxyFault resetAfter(long bytes) {
        return new ResetAfterBytes(bytes);
    }

    /// A [ResetAfterTime].
    static ProxyFault resetAfter(Duration time) {
        return new ResetAfterTime(time);
    }

    /// A [Limit].
    static ProxyFault limit(long bytes) {
        return new Limit(bytes);
    }

    /// A [BlackHole].
    static ProxyFault blackHole() {
        return new BlackHole();
    }

    private static void positive(String what, Duration time) {
        if (!time.isPositive()) throw new IllegalArgumentException(what + " must be longer than nothing, was " + time);
    }

    private static void atLeast(long least, String what, long bytes) {
        if (bytes < least) throw new IllegalArgumentException(what + " must be at least " + least + ", was " + bytes);
    }
}
