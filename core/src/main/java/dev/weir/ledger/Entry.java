package dev.weir.ledger;

import org.jspecify.annotations.Nullable;

/// One live resource in the ledger; closing it settles it.
///
/// **Threads:** thread-safe.
/// **Fails:** closing twice is an [IllegalStateException]: a resource has one end.
public final class Entry implements AutoCloseable {
    private final Ledger ledger;
    private final Kind kind;
    private final Object owner;
    private final long openedNanos;
    private boolean closed; // guarded by the ledger

    // Neighbours among the ledger's entries; guarded by the ledger.
    @Nullable
    Entry before;

    @Nullable
    Entry behind;

    Entry(Ledger ledger, Kind kind, Object owner, long openedNanos) {
        this.ledger = ledger;
        this.kind = kind;
        this.owner = owner;
        this.openedNanos = openedNanos;
    }

    /// What it is.
    public Kind kind() {
        return kind;
    }

    /// Who opened it, in words.
    public String owner() {
        return owner.toString();
    }

    /// When it was opened, on the ledger's clock.
    public long openedNanos() {
        return openedNanos;
    }

    @Override
    public void close() {
        forget();
        ledger.listener().ended(kind, this);
    }

    /// Takes it out of the book.
    void forget() {
        synchronized (ledger) {
            if (closed) throw new IllegalStateException(kind + " of " + owner + " was settled twice");
            closed = true;
            ledger.settled(this);
        }
    }
}
