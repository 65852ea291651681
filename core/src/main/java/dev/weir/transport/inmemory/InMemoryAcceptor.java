package dev.weir.transport.inmemory;

import dev.weir.ledger.Entry;
import dev.weir.loop.EventLoop;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Endpoint;
import java.util.ArrayDeque;

/// Listens inside the process.
final class InMemoryAcceptor implements Acceptor, InMemoryPoller.Watched {
    private final InMemoryNetwork network;
    private final Endpoint local;
    private final int backlog;
    private final EventLoop loop;
    private final Listener accepted;
    private final Entry entry;
    private final ArrayDeque<InMemoryTransport> waiting = new ArrayDeque<>(); // guarded by the network
    private boolean paused;
    private boolean closed;

    InMemoryAcceptor(
            InMemoryNetwork network,
            InMemoryNetwork.Listening listening,
            EventLoop loop,
            Listener accepted,
            Entry entry) {
        this.network = network;
        this.local = listening.local();
        this.backlog = listening.backlog();
        this.loop = loop;
        this.accepted = accepted;
        this.entry = entry;
    }

    /// Called under the network's lock.
    boolean offer(InMemoryTransport end) {
        if (closed || waiting.size() >= backlog) return false;
        return waiting.add(end);
    }

    void wake() {
        if (!loop.isCurrent()) loop.poller().wake();
    }

    @Override
    public boolean isReady() {
        synchronized (network) {
            return !paused && !waiting.isEmpty();
        }
    }

    @Override
    public void notifyReady() {
        while (isReady() && accepted.mayAccept()) {
            InMemoryTransport end;
            synchronized (network) {
                end = waiting.remove();
            }
            accepted.accepted(end);
        }
    }

    @Override
    public Endpoint local() {
        return local;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public void acceptNow() {
        notifyReady();
    }

    @Override
    public void close() {
        if (closed) return;
        network.forget(this);
        ((InMemoryPoller) loop.poller()).remove(this);
        synchronized (network) {
            closed = true;
            while (!waiting.isEmpty()) waiting.remove().abort();
        }
        loop.afterClosing(entry::close);
    }
}
