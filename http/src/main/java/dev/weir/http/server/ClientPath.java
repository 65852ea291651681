package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Room;
import dev.weir.connection.Traffic;
import dev.weir.flow.Source;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The way to one client, as far as an exchange knows it: what can be read of its request, room for the answer, one
/// deadline, an end. A whole connection of HTTP/1.1 is one; a stream of several on a connection can be another.
///
/// **Threads:** confined to the loop of its exchanges.
/// **Waits:** never waits.
public interface ClientPath extends Source {
    /// A moment that never comes, for [#deadline].
    long NO_DEADLINE = Long.MAX_VALUE;

    /// Who is at its other end.
    Client client();

    /// What has moved over it.
    Traffic traffic();

    /// Whether messages may still flow.
    boolean isOpen();

    // ---- what comes

    /// Reads once and throws the bytes away; it does not count as movement.
    ///
    /// @return as [#read] says
    int discardInput();

    /// Tells the client at once that what was read has arrived: it may keep the rest until then.
    void acknowledgeInput();

    // ---- what leaves

    /// What there is room for, as far as is known; see the picture of `dev.weir.flow`.
    Room room();

    /// Whether more may be read for it, or written; if not, its exchange is told when it may.
    boolean askRoom();

    /// Tries to write what waits, though nobody told of room.
    ///
    /// @return whether a byte has moved, or it turned out that nothing waits
    boolean retryWrite();

    /// Room to encode what leaves at the end of this turn.
    ///
    /// @param bytes at most [dev.weir.connection.Connection#OUTPUT_BYTES_MAX]
    /// @return lent until the turn's end; null when output still waits for the client, or at the end
    @Nullable
    ByteBuffer output(int bytes);

    /// Writes from `block` at once.
    ///
    /// @param block lent
    /// @return bytes written, 0 when none can be now, or [dev.weir.transport.Transport#BROKEN]
    int write(ByteBuffer block);

    // ---- time, and the end

    /// Sets the one moment at which what is due is looked at, on the loop's clock; a later call replaces it.
    ///
    /// @param atNanos [#NO_DEADLINE] for none
    void deadline(long atNanos);

    /// The exchange is over, and nothing of a next one is here: the path has its own deadline from now on.
    void idle();

    /// Ends.
    ///
    /// @param how in order or not
    /// @param reason what its exchange is told
    void end(PathEnd how, CloseReason reason);
}
