package dev.weir.flow;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Where the bytes of a flow go.
///
/// **Threads:** confined to the loop of the flow.
public interface Sink {
    /// Returned by [#take] if nothing can be taken any more.
    int GONE = -1;

    /// Takes as many of the bytes between position and limit as it can now.
    ///
    /// @param bytes lent
    /// @return how many bytes were taken; 0 if none can be taken now; or [#GONE]
    int take(ByteBuffer bytes);

    /// Whether it may be given more bytes at once than a normal block holds. False for a sink that keeps what it
    /// takes.
    default boolean takesLarge() {
        return true;
    }

    /// The blocks that a flow has read ahead of this sink; null if there are none.
    default @Nullable Backlog backlog() {
        return null;
    }

    /// Whether all bytes taken before have left, so that more may be read.
    boolean isReady();
}
