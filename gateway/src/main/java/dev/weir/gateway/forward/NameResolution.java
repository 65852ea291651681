package dev.weir.gateway.forward;

import dev.weir.transport.NameLookup;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// How names of origins are looked up.
///
/// **Threads:** immutable.
///
/// @param lookup who knows them
/// @param elsewhere where they are looked up while the gateway runs, so that no loop waits
/// @param tell takes what a person should know, one line each, from any thread
public record NameResolution(NameLookup lookup, Executor executor, Consumer<String> tell) {}
