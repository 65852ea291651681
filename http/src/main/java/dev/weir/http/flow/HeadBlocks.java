package dev.weir.http.flow;

import dev.weir.memory.block.BlockSize;

/// What heads need in the blocks into which they are read.
///
/// **Threads:** immutable.
public final class HeadBlocks {
    /// Bytes that are left free before a head: a rewritten head may be so much longer than the one received.
    public static final int HEADROOM = 768;

    /// The longest head that a normal block holds, in bytes.
    public static final int HEAD_BYTES_MAX = BlockSize.NORMAL.bytes() - HEADROOM;

    private HeadBlocks() {}
}
