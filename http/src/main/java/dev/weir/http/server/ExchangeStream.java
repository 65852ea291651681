package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.http.codec.FieldLine;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// An exchange for who moves request and answer piece by piece: a forwarder, or what runs blocking handlers.
///
/// **Threads:** confined to the loop of the exchange.
/// **Fails:** as [ServerExchange].
public interface ExchangeStream extends ServerExchange {
    /// The way to the client.
    ClientPath path();

    // ---- the request

    /// What comes of the request behind its head.
    BodyIntake body();

    /// The head is kept only to be sent again: that is worth a small block, and when memory is scarce not one that
    /// others move their bytes with, nor the only one there is, nor one of the last half of those for long
    /// heads. Call when the request was received whole.
    void shrinkToSmallBlock();

    /// What was kept with the last request that this object served, for a handler that uses it again;
    /// null when there was none of this slot.
    <T> @Nullable T lastAttachment(AttachmentKey<T> slot);

    // ---- the answer

    /// Whether a byte of the final answer was handed to the client's path.
    default boolean isAnswerBegun() {
        return status() != 0;
    }

    /// Says that an answer of `newStatus` begins; what follows is written by [#write].
    void begin(int newStatus);

    /// Writes a part of the answer now.
    ///
    /// @return as [ClientPath#write] says; when the path is broken it is closed and [ExchangeListener#gone] told
    int write(ByteBuffer bytes);

    /// Room to encode a part of the answer; it leaves at the end of the turn. Count what was put by
    /// [#wrote].
    ///
    /// @return as [ClientPath#output] says
    /// @throws IllegalArgumentException when more is asked for than
    ///     [dev.weir.connection.Connection#OUTPUT_BYTES_MAX]
    @Nullable
    ByteBuffer output(int bytes);

    /// Counts bytes put into [#output].
    ///
    /// @throws IllegalArgumentException for more than that has room for
    void wrote(int bytes);

    /// The answer was handed to the path whole: this exchange has its outcome. It must not be used
    /// after this call.
    void complete();

    /// The answer cannot be completed: the path is reset. [ExchangeListener#gone] is told.
    void abort(CloseReason reason);

    /// After this answer the connection closes.
    void closeAfter();

    /// Whether the connection closes after this answer.
    boolean willClose();

    /// The lines by which the answer's head has to speak of the connection, their ends included; empty when
    /// nothing is to be said.
    ///
    /// @return lent, not to be changed
    byte[] persistenceLines();

    /// A Date field of now.
    ///
    /// @return lent until the next call
    FieldLine dateField();

    // ---- time

    /// How long the client has been waited for since it last moved a block of 16 KiB, in nanoseconds: while we
    /// read from it or bytes wait for it. 0 when it is not waited for now.
    long slowNanos();

    /// The answer waits for the client to take more: it has as long as a stalled body has, and may not be too
    /// slow.
    void awaitPeer();

    /// The answer waits for memory, as long as a stalled body may.
    void awaitMemory();

    /// The handler goes on, and nobody else is waited for.
    void awaitHandler();

    /// Notes that time ran out: for want of a client that reads, when the client has ended its side.
    ///
    /// @param how one that has one phase only
    default void noteTimedOut(End how) {
        if (path().isInputEnded()) ending().note(End.CLIENT_ENDED, how.phase());
        else ending().note(how);
    }
}
