package dev.weir.memory;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Reserved parts of charges of the plan, in bytes.
///
/// **Owns:** its bytes of each line, until [#close].
/// **Threads:** thread-safe.
public final class Reservation implements AutoCloseable {
    private final Reservations reservations;
    private final List<MemoryPlan.Line> parts;
    private final AtomicBoolean closed = new AtomicBoolean();

    Reservation(Reservations reservations, List<MemoryPlan.Line> parts) {
        this.reservations = reservations;
        this.parts = parts;
    }

    /// How many bytes it has of all lines together.
    public long bytes() {
        return parts.stream().mapToLong(MemoryPlan.Line::bytes).sum();
    }

    /// Gives them back, once; the second call does nothing.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) reservations.giveBack(parts);
    }
}
