package dev.weir.ledger;

import org.jspecify.annotations.Nullable;

/// One live resource in the ledger. Close it when the resource is gone.
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

    /// The kind of resource.
    public Kind kind() {
        return kind;
    }

    /// What opened it, as text.
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

    /// Removes it from the ledger.
    void forget() {
        synchronized (ledger) {
            if (closed) throw new IllegalStateException(kind + " of " + owner + " was closed twice in the ledger");
            closed = true;
            ledger.settled(this);
        }
    }
}
