package dev.weir.connection;

/// What is said over a connection: the protocol's side of it.
///
/// **Threads:** confined to the connection's loop, which calls every method.
/// **Fails:** an exception out of any method closes the connection as [CloseReason#BROKEN] and harms no other.
///
/// A first protocol needs two methods, [#readable] and [#timedOut]; the others have something to do only where
/// output is cut short, where blocks are held, or where somebody counts.
public interface Conversation {
    /// The connection is open: what is said first may be written, and a deadline set. Told once, before
    /// anything else.
    default void opened() {}

    /// Input can be read. Read one block at most, or call [Connection#pauseInput].
    void readable();

    /// What was queued or cut short has left; more may be written.
    default void writable() {}

    /// Others have waited too long for memory, and what is held here has not moved for longest: give it back with a
    /// word to the peer, if that can be said at once and takes none.
    ///
    /// @return false when it cannot be said: the connection is reset
    default boolean endForMemory() {
        return false;
    }

    /// The deadline set by [Connection#deadline] has come.
    void timedOut();

    /// After [Connection#finish]: all output has left, and the connection now has one of the places of its
    /// [Lingering] instead of the one it had. Told once at most.
    default void lingeringStarted() {}

    /// The socket is closed: give back every block and cancel every waiter now. Told once, before [#ended].
    default void closing(CloseReason reason) {}

    /// The descriptor is free: give up slots and tell those who wait. Told once, last.
    default void ended(CloseReason reason) {}

    /// What a close that cuts it now would cut, in words for its report, such as `GET /index.html`; empty when
    /// it is idle, and nothing is lost.
    default String unfinished() {
        return "a conversation";
    }

    /// Bytes of blocks held now; for the page that shows who holds what, and to find who holds them longest.
    default int heldBytes() {
        return 0;
    }

    /// Bytes of those that others could have, when it gave them back: of the slabs, not of what is kept for one
    /// purpose.
    default int slabBytes() {
        return heldBytes();
    }

    /// When a byte of what it holds blocks for last moved, over whichever connection: bytes that come from this one
    /// wait for another that takes them.
    ///
    /// @param ownNanos when a byte last moved over its own
    default long movedNanos(long ownNanos) {
        return ownNanos;
    }
}
