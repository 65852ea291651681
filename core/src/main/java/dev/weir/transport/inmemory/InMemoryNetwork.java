package dev.weir.transport.inmemory;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.loop.Poller;
import dev.weir.time.Clock;
import dev.weir.transport.Acceptor;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import dev.weir.transport.Transport;
import dev.weir.transport.TransportException;
import java.io.IOException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A network of pipes inside the process. It ignores addresses and names: only the port counts. As with TCP, bytes
/// arrive in order, a full pipe takes no more, a half-close is an end of stream, and a close with unread input is a
/// reset.
///
/// **Owns:** nothing; what it opens is owned by the caller and counted in the ledger.
/// **Threads:** confined to loops as [Network] says; [#dial] is thread-safe.
/// **Limits:** a pipe holds `pipeBytes` bytes.
public final class InMemoryNetwork implements Network {
    private static final int FIRST_PORT = 40_000;

    private final Clock clock;
    private final Ledger ledger;
    private final int pipeBytes;
    private final TreeMap<Integer, InMemoryAcceptor> listening = new TreeMap<>();
    private int nextPort = FIRST_PORT;

    record Ends(Endpoint local, Endpoint peer) {}

    record Listening(Endpoint local, int backlog) {}

    /// Creates a network without listeners.
    ///
    /// @param pipeBytes the capacity of one direction of a connection in bytes, at least 1
    public InMemoryNetwork(Clock clock, Ledger ledger, int pipeBytes) {
        this.clock = clock;
        this.ledger = ledger;
        this.pipeBytes = pipeBytes;
    }

    @Override
    public Poller openPoller() {
        return new InMemoryPoller(clock);
    }

    @Override
    public synchronized Acceptor listen(Endpoint address, int backlog, EventLoop loop, Acceptor.Listener accepted) {
        if (address instanceof Endpoint.Unix) throw new TransportException("a network in memory has no " + address);
        int port = address.port() == 0 ? nextPort++ : address.port();
        if (listening.containsKey(port)) {
            throw new TransportException("cannot listen on port " + port, new IOException("Address already in use"));
        }
        var local = address.withPort(port);
        var poller = (InMemoryPoller) loop.poller();
        var acceptor = new InMemoryAcceptor(
                this, new Listening(local, backlog), loop, accepted, ledger.open(Kind.SOCKET, "acceptor " + local));
        poller.add(acceptor);
        listening.put(port, acceptor);
        return acceptor;
    }

    @Override
    public ConnectAttempt connect(Endpoint peer, EventLoop loop, ConnectAttempt.Listener connected) {
        var attempt = new Attempt(this, connected);
        loop.post(new Mailbox.Node(() -> attempt.finish(peer)));
        return attempt;
    }

    /// Connects at once, for a test that drives the peer by hand.
    ///
    /// @return the near end, owned by the caller and attached to no loop
    /// @throws TransportException if nothing listens there or the backlog is full
    public Transport dial(Endpoint peer) {
        Transport end = join(peer);
        if (end == null) throw new TransportException("cannot connect", new IOException("Connection refused"));
        return end;
    }

    private @Nullable Transport join(Endpoint peer) {
        InMemoryAcceptor acceptor;
        InMemoryTransport near;
        synchronized (this) {
            acceptor = listening.get(peer.port());
            if (acceptor == null) return null;
            var here = Endpoint.loopback(nextPort++);
            var there = acceptor.local();
            var up = new Pipe(pipeBytes);
            var down = new Pipe(pipeBytes);
            near = new InMemoryTransport(
                    this, down, up, new Ends(here, there), ledger.open(Kind.SOCKET, "to " + there));
            Entry farEntry;
            try {
                farEntry = ledger.open(Kind.SOCKET, "accepted at " + there);
            } catch (RuntimeException | Error failure) {
                near.close();
                throw failure;
            }
            var far = new InMemoryTransport(this, up, down, new Ends(there, here), farEntry);
            near.connectTo(far);
            far.connectTo(near);
            if (!acceptor.offer(far)) {
                near.close();
                far.close();
                return null;
            }
        }
        acceptor.wake();
        return near;
    }

    synchronized void forget(InMemoryAcceptor acceptor) {
        listening.remove(acceptor.local().port(), acceptor);
    }

    private static final class Attempt implements ConnectAttempt {
        private final InMemoryNetwork network;
        private final Listener connected;
        private boolean ended;

        Attempt(InMemoryNetwork network, Listener connected) {
            this.network = network;
            this.connected = connected;
        }

        void finish(Endpoint peer) {
            if (ended) return;
            ended = true;
            Transport end = network.join(peer);
            if (end == null) connected.connectFailed("Connection refused");
            else connected.connected(end);
        }

        @Override
        public void cancel() {
            ended = true;
        }
    }
}
