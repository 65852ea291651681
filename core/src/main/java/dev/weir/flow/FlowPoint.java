package dev.weir.flow;

import dev.weir.time.RarePoint;

/// Rare paths of reading.
///
/// **Threads:** immutable.
public enum FlowPoint implements RarePoint {
    /// A read returns one byte, as if the block ended there.
    READ_ONE_BYTE,
    /// Unconsumed bytes move to the front of their block earlier than needed.
    INFLOW_COMPACTS,
    /// A small rest stays in its normal block.
    INFLOW_STAYS_LARGE,
    /// There is no memory for a look at early input.
    INFLOW_LOOK_IN_VAIN,
    /// A body is not read any further in this turn although more of it is there.
    BODY_PAUSES
}
