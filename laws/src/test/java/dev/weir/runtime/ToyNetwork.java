package dev.weir.runtime;

import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Poller;
import dev.weir.time.Clock;
import dev.weir.transport.Acceptor;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import dev.weir.transport.NetworkService;
import dev.weir.transport.tcp.TcpNetwork;
import java.util.concurrent.atomic.AtomicInteger;

/// A network that somebody else has written: TCP that counts who listens.
public final class ToyNetwork implements Network {
    private final Network tcp;
    final AtomicInteger listened = new AtomicInteger();

    ToyNetwork(Ledger ledger) {
        tcp = new TcpNetwork(ledger);
    }

    /// Finds it by the name `toy`.
    public static final class Service implements NetworkService {
        @Override
        public String name() {
            return "toy";
        }

        @Override
        public Network open(Clock clock, Ledger ledger) {
            return new ToyNetwork(ledger);
        }
    }

    /// One of two that have the same name.
    public static final class One implements NetworkService {
        @Override
        public String name() {
            return "twice";
        }

        @Override
        public Network open(Clock clock, Ledger ledger) {
            throw new AssertionError("nobody can have chosen it");
        }
    }

    /// The other of two that have the same name.
    public static final class Other implements NetworkService {
        @Override
        public String name() {
            return "twice";
        }

        @Override
        public Network open(Clock clock, Ledger ledger) {
            throw new AssertionError("nobody can have chosen it");
        }
    }

    @Override
    public Poller openPoller() {
        return tcp.openPoller();
    }

    @Override
    public Acceptor listen(Endpoint address, int backlog, EventLoop loop, Acceptor.Listener accepted) {
        listened.incrementAndGet();
        return tcp.listen(address, backlog, loop, accepted);
    }

    @Override
    public ConnectAttempt connect(Endpoint peer, EventLoop loop, ConnectAttempt.Listener connected) {
        return tcp.connect(peer, loop, connected);
    }
}
