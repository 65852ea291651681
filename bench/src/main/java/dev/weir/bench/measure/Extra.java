package dev.weir.bench.measure;

import java.util.OptionalDouble;

/// What is counted in runs of their own, after the timed rounds.
///
/// @param systemCalls for each request
/// @param allocatedBytes for each request, of a JVM
/// @param youngCollections a second, of a JVM
record Extra(OptionalDouble systemCalls, OptionalDouble allocatedBytes, OptionalDouble youngCollections) {
    static final Extra NONE = new Extra(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
}
