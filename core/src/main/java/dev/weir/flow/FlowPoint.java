package dev.weir.flow;

import dev.weir.time.RarePoint;

/// Rare paths of the flow of what is read.
///
/// **Threads:** immutable.
public enum FlowPoint implements RarePoint {
    /// A read brings one byte, as if the block ended there.
    READ_ONE_BYTE,
    /// What was read moves to the front of its block before it has to.
    INFLOW_COMPACTS,
    /// A small rest stays in its normal block.
    INFLOW_STAYS_LARGE,
    /// There is no memory for a look at what came early.
    INFLOW_LOOK_IN_VAIN,
    /// A body is not read on in this turn although more of it is there.
    BODY_PAUSES
}
