package dev.weir.bench.peer;

import dev.weir.http.server.ServerSettings;

/// What both of our own servers are opened with: the budget of the README's program, and room for every idle
/// connection of a bench.
final class WeirHello {
    static final long MEMORY_BYTES = 64 << 20;
    static final int CONNECTIONS_MAX = 10_000;

    private WeirHello() {}

    static ServerSettings settings(String[] arguments) {
        return ServerSettings.localPort(Hello.port(arguments))
                .withConnectionsMax(CONNECTIONS_MAX)
                .withIdleTimeout(Hello.IDLE);
    }
}
