package dev.weir.gateway.metrics;

import dev.weir.connection.ConnectionRole;
import dev.weir.connection.ConnectionState;

/// Connections that stand alike.
///
/// **Threads:** immutable.
///
/// @param side whose they are
/// @param upstream its name; empty but on the origin's side
/// @param state where they are in their life
/// @param connections how many, at least one
public record ConnectionCount(ConnectionRole.Side side, String upstream, ConnectionState state, int connections) {}
