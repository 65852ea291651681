package dev.weir.http.flow;

import dev.weir.memory.block.BlockSize;

/// What heads need of the blocks they are read into.
///
/// **Threads:** immutable.
public final class HeadBlocks {
    /// Bytes before the first one read: room for what a rewritten head has more than the one received.
    public static final int HEADROOM = 768;

    /// The longest head that a normal block holds, in bytes.
    public static final int HEAD_BYTES_MAX = BlockSize.NORMAL.bytes() - HEADROOM;

    private HeadBlocks() {}
}
