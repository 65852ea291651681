package dev.weir.bench.measure;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What wrk asks for.
///
/// @param name what tables call it
/// @param connections kept alive, from one thread
/// @param path of each request
/// @param script for wrk, or null
public record Workload(
        String name, int connections, String path, @Nullable Path script) {}
