package dev.weir.pool;

import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import org.jspecify.annotations.Nullable;

/// Something that can be promised to a waiter: a connection, or a part of one, which no other waiter can get then.
///
/// **Threads:** thread-safe; promises are made and broken under the lock of the queue.
public abstract class Offer {
    private final Origin origin;

    /// Guarded by the queue's lock, except reads that may be slightly stale.
    private volatile @Nullable Waiter promisedTo;

    /// Creates the offer of a connection to `origin`.
    protected Offer(Origin origin) {
        this.origin = origin;
    }

    /// The origin of its connection.
    public final Origin origin() {
        return origin;
    }

    /// The connection, or the connection that it is a part of.
    public abstract Connection connection();

    /// The conversation that the connection calls.
    protected abstract Conversation guardingConversation();

    /// Asks its loop, from any thread, to pass it to the waiter it was promised to, or, if that was cancelled, to
    /// put it back.
    protected abstract void dispatch();

    /// Asks its loop, from any thread, to close the connection, because its slot is needed.
    ///
    /// @param closed run when its slot is free
    protected abstract void closeToFreeSlot(Runnable closed);

    /// The waiter it was promised to; may be slightly stale.
    protected final @Nullable Waiter promisedTo() {
        return promisedTo;
    }

    /// It is idle from now on: any thread may claim it.
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
