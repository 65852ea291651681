package dev.weir.laws.play;

import dev.weir.memory.BufferPool;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.testing.sim.turn.Actor;
import java.util.ArrayList;
import java.util.List;

/// Takes memory away from others for a while.
public final class Hog implements Actor {
    private static final int BLOCKS_MAX = 8;

    private final World world;
    private final BufferPool pool;
    private final List<Buffer> held = new ArrayList<>();
    private boolean stopped;

    /// Takes from `pool`.
    public Hog(World world, BufferPool pool) {
        this.world = world;
        this.pool = pool;
    }

    @Override
    public int act() {
        if (!stopped && held.size() < BLOCKS_MAX && world.faults().strikes(Fault.MEMORY_TAKEN, 2)) {
            Buffer taken = pool.tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, BufferPool.NO_LOOP, "somebody else");
            if (taken != null) held.add(taken);
            return 1;
        }
        if (held.isEmpty() || (!world.faults().isHealed() && world.chance().below(20) != 0)) return 0;
        held.removeLast().release();
        return 1;
    }

    /// Stops taking, and releases everything.
    public void stop() {
        stopped = true;
        letGo();
    }

    /// Releases everything.
    public void letGo() {
        while (!held.isEmpty()) held.removeLast().release();
    }
}
