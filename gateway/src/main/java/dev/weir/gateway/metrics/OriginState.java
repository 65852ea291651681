package dev.weir.gateway.metrics;

/// How an origin does.
///
/// **Threads:** immutable.
///
/// @param upstream whose origin it is
/// @param origin its address
/// @param isFailing whether it refused the last connection
/// @param connections to it now
/// @param outstanding requests that have one, or were promised one
/// @param failed attempts to connect to it that failed, ever
/// @param requests that went to it, ever
/// @param errors of these, answered 5xx
public record OriginState(
        String upstream,
        String origin,
        boolean isFailing,
        int connections,
        int outstanding,
        long failed,
        long requests,
        long errors) {}
