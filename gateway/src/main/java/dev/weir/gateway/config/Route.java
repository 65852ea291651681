package dev.weir.gateway.config;

/// Sends what matches a host and a path to an upstream.
///
/// **Threads:** immutable.
///
/// @param host in lower case, without a port, IPv6 in brackets; empty for any host
/// @param path begins with `/`; whole segments: `/v1` and `/v1/` both take `/v1` and `/v1/x`, not `/v10`; `/`
///     takes all
/// @param upstream name of an upstream of the same file
public record Route(String host, String path, String upstream) {

    /// Whether every host is taken.
    public boolean takesAnyHost() {
        return host.isEmpty();
    }
}
