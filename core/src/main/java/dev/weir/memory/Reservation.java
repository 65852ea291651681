package dev.weir.memory;

import java.util.concurrent.atomic.AtomicBoolean;

/// A reserved part of one charge of the plan, in bytes.
///
/// **Owns:** its bytes of the line, until [#close].
/// **Threads:** thread-safe.
public final class Reservation implements AutoCloseable {
    private final Reservations reservations;
    private final String purpose;
    private final long bytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    Reservation(Reservations reservations, String purpose, long bytes) {
        this.reservations = reservations;
        this.purpose = purpose;
        this.bytes = bytes;
    }

    /// How many bytes it has.
    public long bytes() {
        return bytes;
    }

    /// Gives them back, once; the second call does nothing.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) reservations.giveBack(purpose, bytes);
    }
}
