package dev.weir.transport.inmemory;

import java.nio.ByteBuffer;

/// One direction of an in-memory connection: a ring of bytes with an end.
///
/// **Threads:** guarded by its network.
final class Pipe {
    private final byte[] ring;
    private int from;
    private int count;
    boolean ended;
    boolean broken;

    Pipe(int capacity) {
        this.ring = new byte[capacity];
    }

    int count() {
        return count;
    }

    /// Whether a third is free: a kernel reports room as late as that.
    boolean hasThirdFree() {
        return 3 * (ring.length - count) >= ring.length;
    }

    int put(ByteBuffer source) {
        int moved = 0;
        while (source.hasRemaining() && count < ring.length) {
            int at = (from + count) % ring.length;
            int run = Math.min(source.remaining(), Math.min(ring.length - count, ring.length - at));
            source.get(ring, at, run);
            count += run;
            moved += run;
        }
        return moved;
    }

    int take(ByteBuffer target) {
        int moved = 0;
        while (target.hasRemaining() && count > 0) {
            int run = Math.min(target.remaining(), Math.min(count, ring.length - from));
            target.put(ring, from, run);
            from = (from + run) % ring.length;
            count -= run;
            moved += run;
        }
        return moved;
    }
}
