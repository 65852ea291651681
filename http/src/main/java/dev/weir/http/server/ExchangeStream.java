package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.http.codec.FieldLine;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// An exchange for code that moves request and answer piece by piece, such as a forwarder or the runner of
/// blocking handlers.
///
/// **Threads:** confined to the loop of the exchange.
/// **Fails:** as [ServerExchange].
public interface ExchangeStream extends ServerExchange {
    /// The path to the client.
    ClientPath path();

    // ---- the request

    /// The body of the request as it arrives.
    BodyIntake body();

    /// Keeps the head in a small block at most, because it is kept only to be sent again. When memory is
    /// scarce, the head is dropped instead of keeping a block that others need to move bytes, the only block
    /// there is, or one of the last half of the blocks for long heads. Call when the whole request was
    /// received.
    void shrinkToSmallBlock();

    /// What was attached to the last request that this object served, so that a handler can reuse it; null when
    /// there was nothing of this key.
    <T> @Nullable T lastAttachment(AttachmentKey<T> slot);

    // ---- the answer

    /// Whether a byte of the final answer was handed to the client's path.
    default boolean isAnswerBegun() {
        return status() != 0;
    }

    /// Begins an answer of `newStatus`; its bytes are written by [#write].
    void begin(int newStatus);

    /// Writes a part of the answer now.
    ///
    /// @return as [ClientPath#write] says; a broken path is closed and [ExchangeListener#gone] called
    int write(ByteBuffer bytes);

    /// Room to encode a part of the answer, which is sent at the end of the turn. Report the bytes put there by
    /// [#wrote].
    ///
    /// @return as [ClientPath#output] says
    /// @throws IllegalArgumentException when more is asked for than
    ///     [dev.weir.connection.Connection#OUTPUT_BYTES_MAX]
    @Nullable
    ByteBuffer output(int bytes);

    /// Counts bytes put into [#output].
    ///
    /// @throws IllegalArgumentException for more bytes than [#output] has room for
    void wrote(int bytes);

    /// Ends the exchange: the whole answer was given to the path. The exchange must not be used after this call.
    void complete();

    /// Resets the path, because the answer cannot be completed. [ExchangeListener#gone] is called.
    void abort(CloseReason reason);

    /// Closes the connection after this answer.
    void closeAfter();

    /// Whether the connection closes after this answer.
    boolean willClose();

    /// The lines about the connection that the answer's head must have, line ends included; empty when there
    /// are none.
    ///
    /// @return lent, must not be changed
    byte[] persistenceLines();

    /// A Date field of now.
    ///
    /// @return lent until the next call
    FieldLine dateField();

    // ---- time

    /// How long the client has been waited for since it last moved a block of 16 KiB, in nanoseconds. Only time
    /// counts in which we read from it or bytes wait for it. 0 when it is not waited for now.
    long slowNanos();

    /// Notes that the answer waits for the client to take more. The body timeout and the minimum rate apply.
    void awaitPeer();

    /// Notes that the answer waits for memory. The body timeout applies.
    void awaitMemory();

    /// Notes that only the handler is waited for.
    void awaitHandler();

    /// Notes a timeout. If the client has ended its side, the noted reason is that it does not read any more.
    ///
    /// @param how a reason that has only one phase
    default void noteTimedOut(End how) {
        if (path().isInputEnded()) ending().note(End.CLIENT_ENDED, how.phase());
        else ending().note(how);
    }
}
