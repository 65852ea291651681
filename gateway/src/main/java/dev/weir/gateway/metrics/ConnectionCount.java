package dev.weir.gateway.metrics;

import dev.weir.connection.ConnectionRole;
import dev.weir.connection.ConnectionState;

/// The number of connections with the same side, upstream and state.
///
/// **Threads:** immutable.
///
/// @param side downstream or upstream
/// @param upstream its name; empty on the client's side
/// @param state their state
/// @param connections how many, at least one
public record ConnectionCount(ConnectionRole.Side side, String upstream, ConnectionState state, int connections) {}
