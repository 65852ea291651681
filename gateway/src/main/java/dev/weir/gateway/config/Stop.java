package dev.weir.gateway.config;

import java.time.Duration;

/// How the gateway ends when it is asked to.
///
/// **Threads:** immutable.
///
/// @param grace readiness has failed and accepting goes on: the time others need to notice
/// @param drain accepting has stopped: the time in which what is in flight may finish before it is aborted
/// @param idle of that: how long a connection without a request may still bring one
public record Stop(Duration grace, Duration drain, Duration idle) {
    /// 3 s of grace, 22 s of drain, 1 s for idle connections.
    public static final Stop DEFAULT = new Stop(Duration.ofSeconds(3), Duration.ofSeconds(22), Duration.ofSeconds(1));
}
