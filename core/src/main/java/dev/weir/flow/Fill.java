package dev.weir.flow;

/// What an attempt to read brought.
///
/// **Threads:** immutable.
public enum Fill {
    /// New bytes are in the block.
    READ,
    /// There are none now.
    EMPTY,
    /// The block is full of bytes that nobody has consumed, and no larger one is to be had.
    FULL,
    /// Memory is short: the flow waits for a block, and will be told.
    WAITING,
    /// The peer has ended its side.
    ENDED,
    /// The path is broken, or the connection closed.
    BROKEN
}
