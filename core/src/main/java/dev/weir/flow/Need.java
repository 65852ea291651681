package dev.weir.flow;

/// What a flow needs to go on.
///
/// **Threads:** immutable.
public enum Need {
    /// Input; it is watched for.
    INPUT,
    /// Memory; a waiter is queued.
    MEMORY,
    /// The sink's readiness; input is not watched for meanwhile.
    SINK,
    /// Nothing: all bytes have been read, and the sink has all of them.
    NOTHING,
    /// The peer broke the protocol; the decoder knows how.
    FAULT,
    /// There is no memory for bytes that must stay together, such as a trailer section.
    SHORT,
    /// The peer ended too early, or the path broke.
    CUT,
    /// The sink is gone and takes nothing any more.
    SINK_GONE
}
