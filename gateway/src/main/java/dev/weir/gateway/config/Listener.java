package dev.weir.gateway.config;

import dev.weir.transport.Endpoint;
/// One address at which the gateway accepts connections.
///
/// **Threads:** immutable.

public sealed interface Listener permits HttpListener, TcpListener {

    /// Where connections are accepted; port 0 takes any free port.
    Endpoint bind();

    /// How many connections are open at once, at least 1.
    int connectionsLimit();

    /// What happens to connections beyond the limit.
    Beyond beyond();

    /// What happens to clients beyond the limit of connections.
    enum Beyond {
        /// Accepting pauses and clients wait in the backlog; the default.
        WAIT("wait"),
        /// They are refused: with 503, or with a reset in TCP mode.
        REFUSE("refuse");

        private final String text;

        Beyond(String text) {
            this.text = text;
        }

        /// The word in the configuration file.
        public String text() {
            return text;
        }
    }
}
