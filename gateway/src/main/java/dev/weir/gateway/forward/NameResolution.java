package dev.weir.gateway.forward;

import dev.weir.transport.NameLookup;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// How the names of origins are looked up.
///
/// **Threads:** immutable.
///
/// @param lookup resolves the names
/// @param executor runs the lookups while the gateway runs, so that no loop waits
/// @param tell receives notices for the operator, one line each, from any thread
public record NameResolution(NameLookup lookup, Executor executor, Consumer<String> tell) {}
