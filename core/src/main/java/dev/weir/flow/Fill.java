package dev.weir.flow;

/// The result of an attempt to read.
///
/// **Threads:** immutable.
public enum Fill {
    /// New bytes are in the block.
    READ,
    /// There is no input now.
    EMPTY,
    /// The block is full of bytes that are not consumed yet, and no larger one is available.
    FULL,
    /// Memory is short: the flow waits for a block, and its listener will be notified.
    WAITING,
    /// The peer has ended its side.
    ENDED,
    /// The path is broken, or the connection closed.
    BROKEN
}
