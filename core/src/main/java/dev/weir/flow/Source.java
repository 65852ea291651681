package dev.weir.flow;

import dev.weir.connection.Connection;
import dev.weir.memory.block.Account;
import java.nio.ByteBuffer;

/// Where the bytes of a flow come from: a connection, or one stream of several on a connection.
///
/// **Threads:** confined to the loop of the flow.
public interface Source {
    /// Reads what is there into `block`, between position and limit.
    ///
    /// @param block lent
    /// @return bytes read, 0 when there are none now, [dev.weir.transport.Transport#END], or
    ///     [dev.weir.transport.Transport#BROKEN]
    int read(ByteBuffer block);

    /// Whether a read may bring something.
    boolean isInputReady();

    /// Whether the peer has ended its side.
    boolean isInputEnded();

    /// Input is not watched for any longer: what arrives waits with the peer.
    void pauseInput();

    /// Input is watched for again.
    void resumeInput();

    /// On whom the blocks are booked that are read into.
    Account account();

    /// A source that is a whole connection.
    interface OfConnection extends Source {
        /// The connection that is read.
        Connection connection();

        @Override
        default int read(ByteBuffer block) {
            return connection().read(block);
        }

        @Override
        default boolean isInputReady() {
            return connection().isInputReady();
        }

        @Override
        default boolean isInputEnded() {
            return connection().isInputEnded();
        }

        @Override
        default void pauseInput() {
            connection().pauseInput();
        }

        @Override
        default void resumeInput() {
            connection().resumeInput();
        }

        @Override
        default Account account() {
            return connection();
        }
    }
}
