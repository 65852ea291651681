package dev.weir.gateway.config;

import java.time.Duration;

/// How the gateway stops.
///
/// **Threads:** immutable.
///
/// @param grace the time in which readiness fails and accepting goes on, so that load balancers notice
/// @param drain the time in which requests in flight may finish, after accepting has stopped, before they are
///     aborted
/// @param idle the part of it in which an idle connection may still send a request
public record Stop(Duration grace, Duration drain, Duration idle) {
    /// 3 s of grace, 22 s of drain, 1 s for idle connections.
    public static final Stop DEFAULT = new Stop(Duration.ofSeconds(3), Duration.ofSeconds(22), Duration.ofSeconds(1));
}
