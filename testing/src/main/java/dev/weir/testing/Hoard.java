package dev.weir.testing;

import dev.weir.memory.BufferPool;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import java.util.ArrayDeque;

/// Holds the available blocks of a pool, so that others wait for them.
///
/// **Owns:** its blocks, until they are released.
/// **Threads:** confined to the thread of the test.
public final class Hoard {
    private final ArrayDeque<Buffer> held = new ArrayDeque<>();

    /// One that holds nothing yet.
    public Hoard() {}

    /// Takes all blocks of a pool, its reserve included.
    public static Hoard all(BufferPool pool) {
        var hoard = new Hoard();
        hoard.takeAll(pool);
        return hoard;
    }

    /// Takes all blocks, those outside the reserve first.
    public void takeAll(BufferPool pool) {
        takeOfNewWork(pool);
        take(pool, BlockSize.NORMAL, Urgency.DRAIN);
        take(pool, BlockSize.SMALL, Urgency.DRAIN);
    }

    /// Takes all blocks available to new work.
    public void takeOfNewWork(BufferPool pool) {
        take(pool, BlockSize.NORMAL, Urgency.INTAKE);
    }

    private void take(BufferPool pool, BlockSize size, Urgency urgency) {
        while (true) {
            Buffer one = pool.tryAcquire(size, urgency, BufferPool.NO_LOOP, "hoard");
            if (one == null) return;
            held.add(one);
        }
    }

    /// How many blocks it holds.
    public int size() {
        return held.size();
    }

    /// Releases the first block.
    public void releaseOne() {
        held.remove().release();
    }

    /// Releases all blocks.
    public void release() {
        while (!held.isEmpty()) releaseOne();
    }
}
