package dev.weir.testing;

import dev.weir.memory.BufferPool;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import java.util.ArrayDeque;

/// Holds the blocks of a pool that can be had, so that others wait for them.
///
/// **Owns:** its blocks, until they are released.
/// **Threads:** confined to the thread of the test.
public final class Hoard {
    private final ArrayDeque<Buffer> held = new ArrayDeque<>();

    /// One that holds nothing yet.
    public Hoard() {}

    /// Everything a pool has, its reserve included.
    public static Hoard all(BufferPool pool) {
        var hoard = new Hoard();
        hoard.takeAll(pool);
        return hoard;
    }

    /// Takes everything, what is outside the reserve first.
    public void takeAll(BufferPool pool) {
        takeOfNewWork(pool);
        take(pool, BlockSize.NORMAL, Urgency.DRAIN);
        take(pool, BlockSize.SMALL, Urgency.DRAIN);
    }

    /// Takes all blocks that new work may have.
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

    /// Gives back the first it took.
    public void releaseOne() {
        held.remove().release();
    }

    /// Gives back all it holds.
    public void release() {
        while (!held.isEmpty()) releaseOne();
    }
}
