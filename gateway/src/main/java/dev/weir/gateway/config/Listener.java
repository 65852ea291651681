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

    /// What becomes of those who come beyond that.
    Beyond beyond();

    /// What becomes of clients beyond the limit of connections.
    enum Beyond {
        /// Accepting pauses and they wait in the backlog; the default.
        WAIT("wait"),
        /// They are told so and closed: by 503, or by a reset where bytes are only forwarded.
        REFUSE("refuse");

        private final String text;

        Beyond(String text) {
            this.text = text;
        }

        /// As it is written in the file.
        public String text() {
            return text;
        }
    }
}
