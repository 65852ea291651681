package dev.weir.flow;

import dev.weir.connection.Connection;
import dev.weir.memory.block.Account;
import java.nio.ByteBuffer;

/// Where the bytes of a flow come from: a connection, or one stream of several on a connection.
///
/// **Threads:** confined to the loop of the flow.
public interface Source {
    /// Reads into `block`, between position and limit.
    ///
    /// @param block lent
    /// @return bytes read; 0 if there are none now; [dev.weir.transport.Transport#END]; or
    ///     [dev.weir.transport.Transport#BROKEN]
    int read(ByteBuffer block);

    /// Whether a read may return bytes.
    boolean isInputReady();

    /// Whether the peer has ended its side.
    boolean isInputEnded();

    /// Stops watching for input: what arrives waits in the kernel and at the peer.
    void pauseInput();

    /// Watches for input again.
    void resumeInput();

    /// The account on which the blocks of the flow are booked.
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
