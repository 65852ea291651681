package dev.weir.http.server;

import dev.weir.memory.BlockSize;
import dev.weir.memory.Buffer;
import dev.weir.memory.BufferPool;
import dev.weir.memory.Urgency;
import java.util.ArrayList;
import java.util.List;

/// Holds every block of a pool but those it leaves.
final class Hoard {
    private final List<Buffer> held = new ArrayList<>();

    private Hoard() {}

    static Hoard all(BufferPool pool) {
        return butFor(pool, 0);
    }

    static Hoard butFor(BufferPool pool, int left) {
        var hoard = new Hoard();
        while (true) {
            Buffer one = pool.tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, BufferPool.NO_LOOP, "hoard");
            if (one == null) break;
            hoard.held.add(one);
        }
        for (int i = 0; i < left; i++) hoard.held.removeLast().release();
        return hoard;
    }

    /// Gives back the first it took.
    void releaseOne() {
        held.removeFirst().release();
    }

    void release() {
        held.forEach(Buffer::release);
        held.clear();
    }
}
