package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Room;
import dev.weir.connection.Traffic;
import dev.weir.flow.Source;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The path to one client as an exchange sees it: input of the request, room for the answer, one deadline, and
/// an end. A connection of HTTP/1.1 is one such path; one of several streams on a connection can be another.
///
/// **Threads:** confined to the loop of its exchanges.
/// **Waits:** never waits.
public interface ClientPath extends Source {
    /// A moment that never comes, for [#deadline].
    long NO_DEADLINE = Long.MAX_VALUE;

    /// The client at its other end.
    Client client();

    /// Counts what has moved over it.
    Traffic traffic();

    /// Whether messages may still be sent and received.
    boolean isOpen();

    // ---- input

    /// Reads once and discards the bytes. This does not count as progress of the client.
    ///
    /// @return as [#read] says
    int discardInput();

    /// Acknowledges at once what was read: the client may hold back the rest until it sees that.
    void acknowledgeInput();

    // ---- output

    /// How much room for output there is, as far as is known; see the picture in `dev.weir.flow`.
    Room room();

    /// Whether more may be written, or read in order to be written. If not, the exchange is notified when it may.
    boolean askRoom();

    /// Tries to write waiting output although no room was reported.
    ///
    /// @return whether a byte was written, or no output waits any more
    boolean retryWrite();

    /// Room to encode output that is sent at the end of this turn.
    ///
    /// @param bytes at most [dev.weir.connection.Connection#OUTPUT_BYTES_MAX]
    /// @return lent until the end of the turn; null when earlier output still waits for the client, or after
    ///     the end
    @Nullable
    ByteBuffer output(int bytes);

    /// Writes from `block` at once.
    ///
    /// @param block lent
    /// @return bytes written, 0 when none can be now, or [dev.weir.transport.Transport#BROKEN]
    int write(ByteBuffer block);

    // ---- time, and the end

    /// Sets the one moment, on the loop's clock, at which the exchange checks what is due. A later call
    /// replaces it.
    ///
    /// @param atNanos [#NO_DEADLINE] for none
    void deadline(long atNanos);

    /// The exchange is over and no byte of a next one has arrived. From now on the path sets its own deadline.
    void idle();

    /// Ends.
    ///
    /// @param how gracefully or not
    /// @param reason is passed to its exchange
    void end(PathEnd how, CloseReason reason);
}
