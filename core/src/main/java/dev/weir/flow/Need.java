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
    /// Nothing: all of it is here, and the sink has all of it.
    NOTHING,
    /// The peer broke the protocol; who decodes knows how.
    FAULT,
    /// There is no memory for bytes that must stay together, such as a trailer section.
    SHORT,
    /// The peer ended too early, or the path broke.
    CUT,
    /// The sink takes nothing any more.
    SINK_GONE
}
