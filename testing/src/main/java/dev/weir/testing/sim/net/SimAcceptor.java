package dev.weir.testing.sim.net;

import dev.weir.ledger.Entry;
import dev.weir.loop.EventLoop;
import dev.weir.testing.sim.seed.Conditions;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Endpoint;
import java.util.ArrayDeque;

/// The simulated listener of Weir. When descriptors run out it pauses for 100 ms, doubling to 1 s, as over TCP.
///
/// **Threads:** confined to its world.
final class SimAcceptor implements Acceptor, SimPoller.Watched, Ports.Listening {
    private static final long PAUSE_NANOS = 100_000_000L;
    private static final long PAUSE_NANOS_MAX = 1_000_000_000L;

    private final Ports ports;
    private final Conditions conditions;
    private final Descriptors descriptors;
    private final Endpoint local;
    private final int backlog;
    private final EventLoop loop;
    private final Listener accepted;
    private final Entry entry;
    private final ArrayDeque<SimEnd> waiting = new ArrayDeque<>();
    private long pauseNanos;
    private long failingUntilNanos;
    private boolean failing;
    private boolean paused;
    private boolean closed;

    SimAcceptor(Ports ports, Endpoint local, int backlog, EventLoop loop, Listener accepted) {
        this.ports = ports;
        this.conditions = ports.conditions();
        this.descriptors = ports.descriptors();
        this.local = local;
        this.backlog = backlog;
        this.loop = loop;
        this.accepted = accepted;
        // Why: before the entry, because a closed poller refuses.
        ((SimPoller) loop.poller()).add(this);
        this.entry = counted();
    }

    private Entry counted() {
        try {
            return descriptors.opened(local);
        } catch (RuntimeException | Error failure) {
            ((SimPoller) loop.poller()).remove(this);
            throw failure;
        }
    }

    @Override
    public boolean offer(SimEnd far) {
        return !closed && waiting.size() < backlog && waiting.add(far);
    }

    @Override
    public long nextNanos(long now) {
        return failing && !waiting.isEmpty() && !paused ? Math.max(0, failingUntilNanos - now) : Long.MAX_VALUE;
    }

    @Override
    public boolean isReady() {
        return !paused && !waiting.isEmpty() && !(failing && conditions.clock().nanoTime() - failingUntilNanos < 0);
    }

    @Override
    public boolean isWatchedFor() {
        return false;
    }

    @Override
    public void notifyReady(boolean spurious) {
        while (isReady() && !closed && accepted.mayAccept()) {
            if (conditions.faults().strikes(Fault.ACCEPT_FAILED)) {
                accepted.noneCame();
                fail();
                return;
            }
            failing = false;
            pauseNanos = 0;
            SimEnd end = waiting.remove();
            try {
                end.setEntry(descriptors.opened(end.peer()));
            } catch (RuntimeException | Error failure) { // Why: as over TCP, where the socket is closed.
                end.abort();
                accepted.noneCame();
                throw failure;
            }
            accepted.accepted(end);
        }
    }

    private void fail() {
        boolean again = failing;
        failing = true;
        pauseNanos = Math.min(PAUSE_NANOS_MAX, Math.max(PAUSE_NANOS, 2 * pauseNanos));
        failingUntilNanos = conditions.clock().nanoTime() + pauseNanos;
        if (!again) accepted.acceptFailed("Too many open files");
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
        notifyReady(false);
    }

    @Override
    public void close() {
        if (closed) return;
        // Why: as over TCP, connections that the kernel has established are accepted before the listener closes.
        notifyReady(false);
        if (closed) return;
        closed = true;
        ports.shut(local.port());
        ((SimPoller) loop.poller()).remove(this);
        while (!waiting.isEmpty()) waiting.remove().abort();
        ((SimPoller) loop.poller()).closes(() -> descriptors.freed(local));
        loop.afterClosing(entry::close);
    }
}
