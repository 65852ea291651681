package dev.weir.gateway.config;

/// One address at which the gateway accepts connections.
///
/// **Threads:** immutable.
public sealed interface Listener permits HttpListener, TcpListener {

    /// Where connections are accepted; port 0 takes any free port.
    Address bind();

    /// How many connections are open at once, at least 1; when it is reached, accepting pauses and the backlog
    /// waits.
    int connectionsLimit();
}
