package dev.weir.flow;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Where the bytes of a flow go.
///
/// **Threads:** confined to the loop of the flow.
public interface Sink {
    /// What [#take] answers when nothing can be taken any more.
    int GONE = -1;

    /// Takes what it can of the bytes between position and limit, now.
    ///
    /// @param bytes lent
    /// @return how many were taken, 0 when none can be now, or [#GONE]
    int take(ByteBuffer bytes);

    /// Whether it may be given more at once than a normal block holds. One that keeps what it takes says no.
    default boolean takesLarge() {
        return true;
    }

    /// Where blocks wait that were read before it takes them, for a flow that reads ahead; null when nothing was.
    default @Nullable Backlog backlog() {
        return null;
    }

    /// Whether everything taken before has left, so that it is worth reading more.
    boolean isReady();
}
