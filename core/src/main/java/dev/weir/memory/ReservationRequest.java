package dev.weir.memory;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request for more than the charges of the plan have left, while slabs retire for it.
///
/// Slabs that are empty retire at once; others lend no block any more, and retire when their last one is back.
/// Nothing reports when that is: [#isTaken] is to be asked again.
///
/// **Owns:** what it has taken, until [#take]; its place among the waiters, until [#close].
/// **Threads:** confined to the caller.
/// **Waits:** never waits.
/// **Limits:** of the slabs [dev.weir.memory.block.SlabPlan#slabsMin] stay.
public final class ReservationRequest implements AutoCloseable {
    private final Reservations reservations;
    private final List<MemoryPlan.Line> parts;
    private final Map<String, Long> wanted;
    private long wantedBytes;
    private long possibleBytes;
    private @Nullable Reservation taken;

    ReservationRequest(Reservations reservations, List<MemoryPlan.Line> parts, Map<String, Long> wanted) {
        this.reservations = reservations;
        this.parts = List.copyOf(parts);
        this.wanted = wanted;
    }

    /// Called once, before any other thread sees it.
    void asked(long bytes, long possible) {
        wantedBytes = bytes;
        possibleBytes = possible;
    }

    List<MemoryPlan.Line> parts() {
        return parts;
    }

    Map<String, Long> wanted() {
        return wanted;
    }

    /// How many bytes it wants of the slabs, beyond what the lines of the plan had left when it began.
    public long wantedBytes() {
        return wantedBytes;
    }

    /// How many bytes could be had of the slabs when it began, were they all empty.
    public long possibleBytes() {
        return possibleBytes;
    }

    /// Whether it will have what it wants as soon as enough slabs are empty.
    public boolean isPossible() {
        return wantedBytes <= possibleBytes;
    }

    /// How many slabs are to retire and have blocks out, for this one and for others.
    public int slabsInUse() {
        return reservations.slabsTooMany();
    }

    /// Whether it has what it wants; retires what can be retired meanwhile.
    public boolean isTaken() {
        if (taken == null) taken = reservations.tryTake(this);
        return taken != null;
    }

    /// Hands out what was taken, once.
    ///
    /// @return owned by the caller; null when nothing was taken
    public @Nullable Reservation take() {
        Reservation handed = taken;
        taken = null;
        return handed;
    }

    /// Gives up, unless it has what it wants: the slabs that were to retire for it serve again. What was taken and
    /// not handed out is given back.
    @Override
    public void close() {
        reservations.giveUp(this);
        if (taken != null) taken.close();
        taken = null;
    }
}
