package dev.weir.testing.proxy;

import java.util.List;

/// The combined faults of one direction.
final class LaneFaults {
    static final long NEVER = Long.MAX_VALUE;

    private long latencyNanos;
    private long slowCloseNanos;
    private long bytesPerSecond = NEVER;
    private int sliceBytes = Integer.MAX_VALUE;
    private long resetAfterBytes = NEVER;
    private long resetAfterNanos = NEVER;
    private long limitBytes = NEVER;
    private boolean blackHole;

    private LaneFaults() {}

    /// Combines the faults; of two of a kind the later one applies.
    static LaneFaults of(List<ProxyFault> faults) {
        var all = new LaneFaults();
        faults.forEach(all::add);
        return all;
    }

    private void add(ProxyFault fault) {
        switch (fault) {
            case ProxyFault.Latency(var time) -> latencyNanos = time.toNanos();
            case ProxyFault.SlowClose(var time) -> slowCloseNanos = time.toNanos();
            case ProxyFault.Bandwidth(var perSecond) -> bytesPerSecond = perSecond;
            case ProxyFault.Slices(var bytes) -> sliceBytes = bytes;
            case ProxyFault.ResetAfterBytes(var bytes) -> resetAfterBytes = bytes;
            case ProxyFault.ResetAfterTime(var time) -> resetAfterNanos = time.toNanos();
            case ProxyFault.Limit(var bytes) -> limitBytes = bytes;
            case ProxyFault.BlackHole() -> blackHole = true;
        }
    }

    long latencyNanos() {
        return latencyNanos;
    }

    /// Nanoseconds from the arrival of the end until it is passed on.
    long endNanos() {
        return latencyNanos + slowCloseNanos;
    }

    boolean isBlackHole() {
        return blackHole;
    }

    long limitBytes() {
        return limitBytes;
    }

    long resetAfterBytes() {
        return resetAfterBytes;
    }

    long resetAfterNanos() {
        return resetAfterNanos;
    }

    /// Bytes that may go at once when `passed` have gone before.
    int pieceBytes(long passed) {
        long piece = Math.min(sliceBytes, Math.max(1, bytesPerSecond / 100));
        long left = Math.min(limitBytes, resetAfterBytes) - passed;
        return (int) Math.max(0, Math.min(piece, left));
    }

    /// How long the next piece waits after this one.
    long gapNanos() {
        return sliceBytes == Integer.MAX_VALUE ? 0 : 1_000_000;
    }

    /// How long `count` bytes take.
    long paceNanos(int count) {
        return bytesPerSecond == NEVER ? 0 : (long) (count * 1e9 / bytesPerSecond);
    }
}
