package dev.weir.gateway.config;

import java.net.InetSocketAddress;

/// A host and a port as they stand in the file; nothing has been looked up.
///
/// **Threads:** immutable.
/// **Waits:** never waits: a name is resolved by whoever binds or connects, not here.
///
/// @param host a name, an IPv4 address, or an IPv6 address without brackets
/// @param port 0 (only for a bind address: any free port) to 65535
public record Address(String host, int port) {

    /// An address that stands for the same host and port, not resolved.
    public InetSocketAddress unresolved() {
        return InetSocketAddress.createUnresolved(host, port);
    }

    /// As it is written in the file: `HOST:PORT`, `[::1]:PORT`.
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
