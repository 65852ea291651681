package dev.weir.transport.tcp;

import dev.weir.ledger.Ledger;
import dev.weir.time.Clock;
import dev.weir.transport.Network;
import dev.weir.transport.NetworkService;

/// The machine's TCP: the default network of a runtime.
///
/// **Threads:** thread-safe.
public final class TcpService implements NetworkService {
    /// Its name in settings.
    public static final String NAME = "tcp";

    /// For `java.util.ServiceLoader`.
    public TcpService() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Network open(Clock clock, Ledger ledger) {
        return new TcpNetwork(ledger);
    }
}
