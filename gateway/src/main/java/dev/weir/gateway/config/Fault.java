package dev.weir.gateway.config;

/// One thing that is wrong with a configuration file.
///
/// **Threads:** immutable.
///
/// @param line first line is 1
/// @param column first column is 1
/// @param path where in the tree, such as `listeners[0].routes[1].host`
/// @param message what was expected, what was found
public record Fault(int line, int column, String path, String message) {}
