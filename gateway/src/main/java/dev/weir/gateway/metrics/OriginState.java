package dev.weir.gateway.metrics;

/// The state of one origin.
///
/// **Threads:** immutable.
///
/// @param upstream the name of its upstream
/// @param origin its address
/// @param isFailing whether the last attempt to connect failed
/// @param connections open now
/// @param outstanding requests that have a connection, or were promised one
/// @param failed failed attempts to connect, in total
/// @param requests sent to it, in total
/// @param errors the number of these that were answered 5xx
public record OriginState(
        String upstream,
        String origin,
        boolean isFailing,
        int connections,
        int outstanding,
        long failed,
        long requests,
        long errors) {}
