package dev.weir.gateway.config;

/// Sends requests that match a host and a path to an upstream.
///
/// **Threads:** immutable.
///
/// @param host in lower case, without a port, IPv6 in brackets; empty for any host
/// @param path begins with `/`; whole segments: `/v1` and `/v1/` both take `/v1` and `/v1/x`, not `/v10`; `/`
///     takes all
/// @param upstream name of an upstream of the same file
public record Route(String host, String path, String upstream) {

    /// The prefix of matching paths: whole segments, without a slash at the end; empty for all paths.
    public String prefix() {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /// Whether this route matches every request that `other` matches.
    public boolean takesAllOf(Route other) {
        boolean takesHost = takesAnyHost() || host.equals(other.host);
        return takesHost && (other.prefix().equals(prefix()) || other.prefix().startsWith(prefix() + "/"));
    }

    /// Whether every host matches.
    public boolean takesAnyHost() {
        return host.isEmpty();
    }
}
