package dev.weir.testing.proxy;

import java.util.List;

/// All faults of one direction, ready to be asked.
final class Treatment {
    static final long NEVER = Long.MAX_VALUE;

    private long latencyNanos;
    private long slowCloseNanos;
    private long bytesPerSecond = NEVER;
    private int sliceBytes = Integer.MAX_VALUE;
    private long resetAfterBytes = NEVER;
    private long resetAfterNanos = NEVER;
    private long limitBytes = NEVER;
    private boolean blackHole;

    private Treatment() {}

    /// Of two of a kind the later holds.
    static Treatment of(List<Fault> faults) {
        var all = new Treatment();
        faults.forEach(all::add);
        return all;
    }

    private void add(Fault fault) {
        switch (fault) {
            case Fault.Latency(var time) -> latencyNanos = time.toNanos();
            case Fault.SlowClose(var time) -> slowCloseNanos = time.toNanos();
            case Fault.Bandwidth(var perSecond) -> bytesPerSecond = perSecond;
            case Fault.Slices(var bytes) -> sliceBytes = bytes;
            case Fault.ResetAfterBytes(var bytes) -> resetAfterBytes = bytes;
            case Fault.ResetAfterTime(var time) -> resetAfterNanos = time.toNanos();
            case Fault.Limit(var bytes) -> limitBytes = bytes;
            case Fault.BlackHole() -> blackHole = true;
        }
    }

    long latencyNanos() {
        return latencyNanos;
    }

    /// From the arrival of the end at the proxy until it is passed on.
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
