package dev.weir.gateway.metrics;

import dev.weir.connection.ConnectionState;

/// Connections that stand alike.
///
/// **Threads:** immutable.
///
/// @param place side and upstream
/// @param state where they are in their life
/// @param connections how many, at least one
public record ConnectionCount(Place place, ConnectionState state, int connections) {}
