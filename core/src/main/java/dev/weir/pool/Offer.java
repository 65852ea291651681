package dev.weir.pool;

import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import org.jspecify.annotations.Nullable;

/// What a waiter can be promised: a connection, or a part of one, that nobody else can have then.
///
/// **Threads:** thread-safe; promises are made and broken under the lock of the queue.
public abstract class Offer {
    private final Origin origin;

    /// Guarded by the queue's lock, but for a look that may be a little old.
    private volatile @Nullable Waiter promisedTo;

    /// One that leads to `origin`.
    protected Offer(Origin origin) {
        this.origin = origin;
    }

    /// Where it leads.
    public final Origin origin() {
        return origin;
    }

    /// The connection it is, or is a part of.
    public abstract Connection connection();

    /// What the connection is told with.
    protected abstract Conversation guardingConversation();

    /// Asks its loop, from any thread, to let it go to whom it was promised, or to put it back.
    protected abstract void dispatch();

    /// Asks its loop, from any thread, to close it, because its slot is needed.
    ///
    /// @param closed run when the slot is free
    protected abstract void closeToFreeSlot(Runnable closed);

    /// Who was promised it; may be a little old.
    protected final @Nullable Waiter promisedTo() {
        return promisedTo;
    }

    /// It is idle from now on: anybody may claim it.
    protected final void becameIdle() {
        origin.becameIdle();
    }

    /// It is idle no longer.
    protected final void leftIdle() {
        origin.leftIdle();
    }

    void promise(@Nullable Waiter waiter) {
        promisedTo = waiter;
    }
}
