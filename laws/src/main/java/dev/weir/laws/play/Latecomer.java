package dev.weir.laws.play;

import dev.weir.memory.MemoryBudget;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.Reservation;
import dev.weir.memory.ReservationRequest;
import dev.weir.memory.block.BlockSize;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.turn.Actor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens something unplanned and closes it again while others serve: its charges come out of the slabs. Two of
/// them compete.
public final class Latecomer implements Actor {
    private static final String PURPOSE = "latecomers";
    private static final int SLABS_MAX = 3;

    private final World world;
    private final MemoryBudget budget;
    private @Nullable ReservationRequest asking;
    private @Nullable Reservation open;
    private boolean stopped;

    /// Is charged to `budget`.
    public Latecomer(World world, MemoryBudget budget) {
        this.world = world;
        this.budget = budget;
    }

    @Override
    public int act() {
        ReservationRequest now = asking;
        if (stopped || (now == null && world.chance().below(20) != 0)) return 0;
        if (now != null) wait(now);
        else if (open == null) ask();
        else leave();
        return 1;
    }

    private void ask() {
        long bytes = (1L + world.chance().below(SLABS_MAX)) * BlockSize.NORMAL.bytes();
        asking = budget.requestReservation(List.of(new MemoryPlan.Line(PURPOSE, 1, bytes)));
        world.trace().note("latecomer", bytes, 0);
    }

    private void wait(ReservationRequest now) {
        boolean isTaken = now.isTaken();
        if (!isTaken && now.isPossible() && world.chance().below(50) != 0) return;
        open = now.take();
        now.close();
        asking = null;
        world.trace().note("latecomer", isTaken ? 1 : 0, 1);
    }

    private void leave() {
        Reservation last = open;
        if (last != null) last.close();
        open = null;
    }

    /// Releases everything and stops.
    public void stop() {
        stopped = true;
        if (asking != null) asking.close();
        asking = null;
        leave();
    }
}
