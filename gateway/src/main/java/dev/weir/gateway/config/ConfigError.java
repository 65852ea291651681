package dev.weir.gateway.config;

/// One error in a configuration file.
///
/// **Threads:** immutable.
///
/// @param line first line is 1
/// @param column first column is 1, counted in code points
/// @param path where in the tree, such as `listeners[0].routes[1].host`; `yaml` when the text is not YAML, `file`
///     for
/// the
/// file as a whole
/// @param message what was expected, what was found
/// @param suggestion what to write or do instead; empty when nothing is known
public record ConfigError(int line, int column, String path, String message, String suggestion) {}
