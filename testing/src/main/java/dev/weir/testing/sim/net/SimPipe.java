package dev.weir.testing.sim.net;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One direction of a connection: bytes that were sent, of which some have arrived, then an end or a
/// reset that has arrived or not.
///
/// **Threads:** confined to its world.
/// **Limits:** its capacity, which includes bytes in transit.
final class SimPipe {
    private static final int RING_BYTES = 512;

    private final int capacity;
    private @Nullable SimPipe back;
    private byte[] ring;
    private int from;
    private int count;
    private int arrived;
    private boolean ended;
    private boolean endArrived;
    private boolean reset;
    private boolean resetArrived;
    private boolean readerGone;
    private boolean silent;
    private long silentUntilNanos;

    /// Its index among the network's pipes with something in transit; -1 when it has nothing.
    int busyAt = -1;

    SimPipe(int capacity) {
        this.capacity = capacity;
        this.ring = new byte[Math.min(capacity, RING_BYTES)];
    }

    /// Makes two directions of one connection of this and `other`.
    void join(SimPipe other) {
        back = other;
        other.back = this;
    }

    /// The other direction.
    SimPipe back() {
        SimPipe pipe = back;
        if (pipe == null) throw new IllegalStateException("this direction was not joined with another");
        return pipe;
    }

    // ---- the writer's side

    int room() {
        return capacity - count;
    }

    /// Puts `limit` bytes at most.
    int put(ByteBuffer source, int limit) {
        int moved = Math.min(Math.min(source.remaining(), room()), limit);
        if (count + moved > ring.length) grow(count + moved);
        for (int left = moved; left > 0; ) {
            int at = (from + count) % ring.length;
            int run = Math.min(left, ring.length - at);
            source.get(ring, at, run);
            count += run;
            left -= run;
        }
        return moved;
    }

    /// Why: most pipes never carry as much as they could.
    private void grow(int bytes) {
        byte[] larger = new byte[Math.min(capacity, Math.max(bytes, 2 * ring.length))];
        int run = Math.min(count, ring.length - from);
        System.arraycopy(ring, from, larger, 0, run);
        System.arraycopy(ring, 0, larger, run, count - run);
        ring = larger;
        from = 0;
    }

    int put(byte[] source, int start, int length) {
        return put(ByteBuffer.wrap(source, start, length), length);
    }

    void end() {
        ended = true;
    }

    void reset() {
        reset = true;
    }

    boolean isEnded() {
        return ended;
    }

    // ---- on the way

    boolean hasInFlight() {
        return !resetArrived && (reset || arrived < count || (ended && !endArrived));
    }

    /// Nothing arrives until then.
    void silenceUntil(long nanos) {
        silent = true;
        silentUntilNanos = nanos;
    }

    void endSilence() {
        silent = false;
    }

    boolean isSilent() {
        return silent;
    }

    long silentUntilNanos() {
        return silentUntilNanos;
    }

    boolean isReset() {
        return reset;
    }

    int onTheWay() {
        return count - arrived;
    }

    void arrive(int bytes) {
        arrived += bytes;
    }

    void endArrives() {
        endArrived = true;
    }

    /// The reset arrives; what is on its way is lost, and what has arrived too when `losesInput`.
    void resetArrives(boolean losesInput) {
        resetArrived = true;
        if (losesInput) arrived = 0;
        count = arrived;
    }

    /// Bytes in transit are lost because the reader is gone.
    void vanish() {
        count = arrived;
    }

    // ---- the reader's side

    void readerLeaves() {
        readerGone = true;
        from = count == 0 ? 0 : (from + arrived) % ring.length;
        count -= arrived;
        arrived = 0;
    }

    boolean isReaderGone() {
        return readerGone;
    }

    int arrived() {
        return arrived;
    }

    boolean isAtEnd() {
        return arrived == 0 && endArrived;
    }

    boolean isBroken() {
        return resetArrived && arrived == 0;
    }

    boolean hasResetArrived() {
        return resetArrived;
    }

    boolean isReadable() {
        return arrived > 0 || endArrived || resetArrived;
    }

    /// Takes `limit` bytes at most.
    int take(ByteBuffer target, int limit) {
        int moved = Math.min(Math.min(target.remaining(), arrived), limit);
        for (int left = moved; left > 0; ) {
            int run = Math.min(left, ring.length - from);
            target.put(ring, from, run);
            from = (from + run) % ring.length;
            count -= run;
            arrived -= run;
            left -= run;
        }
        return moved;
    }
}
