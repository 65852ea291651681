package dev.weir.connection;

/// The protocol's side of a connection: the callbacks that the connection calls.
///
/// **Threads:** confined to the connection's loop, which calls every method.
/// **Fails:** an exception out of any method closes this connection as [CloseReason#BROKEN] and no other.
///
/// A simple protocol needs two methods, [#readable] and [#timedOut]. The others matter only if writes can be short,
/// if blocks are held, or if something is counted.
public interface Conversation {
    /// The connection is open: the first bytes may be written, and a deadline set. Called once, before any other
    /// method.
    default void opened() {}

    /// Input can be read. Read at most one block, or call [Connection#pauseInput].
    void readable();

    /// Queued output has left; more may be written.
    default void writable() {}

    /// Others have waited too long for memory, and this connection has held memory longest without moving a byte.
    /// End it with an answer to the peer, if that can be sent at once and without memory.
    ///
    /// @return false if no answer can be sent: the connection is reset
    default boolean endForMemory() {
        return false;
    }

    /// The deadline set by [Connection#deadline] has come.
    void timedOut();

    /// After [Connection#finish]: all output has left, and the connection takes one of the places of its
    /// [Lingering] from now on. Called once at most.
    default void lingeringStarted() {}

    /// The socket is closed: give back every block and cancel every waiter now. Called once, before [#ended].
    default void closing(CloseReason reason) {}

    /// The descriptor is free: free slots and notify waiters. Called once, last.
    default void ended(CloseReason reason) {}

    /// What a close would cut now, as text for its report, such as `GET /index.html`; empty if it is idle and
    /// nothing would be lost.
    default String unfinished() {
        return "a conversation";
    }

    /// Bytes of blocks held now; for the page that shows what holds memory, and to find the longest stalled
    /// connection.
    default int heldBytes() {
        return 0;
    }

    /// Of these, the bytes that others could use: blocks of the slabs, not blocks that are kept for one purpose.
    default int slabBytes() {
        return heldBytes();
    }

    /// When a byte in the blocks it holds last moved, over whichever connection: bytes read from this one may wait
    /// for another one to take them.
    ///
    /// @param ownNanos when a byte last moved over this connection
    default long movedNanos(long ownNanos) {
        return ownNanos;
    }
}
