package dev.weir.transport.tcp;

import dev.weir.ledger.Ledger;
import dev.weir.time.Clock;
import dev.weir.transport.Network;
import dev.weir.transport.NetworkService;

/// The machine's TCP: what a runtime is opened over unless its settings name another network.
///
/// **Threads:** thread-safe.
public final class TcpService implements NetworkService {
    /// What settings call it.
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
