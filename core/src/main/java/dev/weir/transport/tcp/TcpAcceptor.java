package dev.weir.transport.tcp;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.time.Timer;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Endpoint;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// A listening socket on one loop.
final class TcpAcceptor implements Acceptor, TcpPoller.Watched {
    private static final int PER_TURN = 64;
    private static final long PAUSE_NANOS_MIN = 100_000_000L;
    private static final long PAUSE_NANOS_MAX = 1_000_000_000L;

    private final ServerSocketChannel channel;
    private final EventLoop loop;
    private final Ledger ledger;
    private final Entry entry;
    private final RecentShortage descriptors;
    private final Listener accepted;
    private final SelectionKey key;
    private final Endpoint local;
    private final String acceptedBy; // Why: one text for all connections it accepts
    private final Timer resume = new Timer(this::tryAgain);
    private long pauseNanos = PAUSE_NANOS_MIN;
    private boolean failing;
    private boolean paused;
    private boolean closed;

    /// The ledger and entry it is counted in, and the last shortage of descriptors.
    record Books(Ledger ledger, Entry entry, RecentShortage descriptors) {}

    TcpAcceptor(ServerSocketChannel channel, EventLoop loop, Books books, Listener accepted) throws IOException {
        this.channel = channel;
        this.loop = loop;
        this.ledger = books.ledger();
        this.entry = books.entry();
        this.descriptors = books.descriptors();
        this.accepted = accepted;
        this.local = SocketAddresses.endpoint(channel.getLocalAddress());
        this.acceptedBy = "accepted at " + local;
        this.key = ((TcpPoller) loop.poller()).watch(channel, SelectionKey.OP_ACCEPT, this);
    }

    @Override
    public Endpoint local() {
        return local;
    }

    @Override
    public void pause() {
        loop.requireCurrent();
        paused = true;
        watch();
    }

    @Override
    public void resume() {
        loop.requireCurrent();
        paused = false;
        watch();
    }

    @Override
    public void acceptNow() {
        loop.requireCurrent();
        acceptSome();
    }

    @Override
    public void found() {}

    @Override
    public void ready(SelectionKey ready) {
        if (descriptors.areLacking(loop.nowNanos())) {
            pauseAfterFailure("no descriptor was left to connect to an origin");
            return;
        }
        acceptSome();
    }

    private void acceptSome() {
        for (int taken = 0; taken < PER_TURN && !paused && !failing && !closed; taken++) {
            if (!acceptOne()) return;
        }
    }

    private boolean acceptOne() {
        if (!accepted.mayAccept()) return false;
        SocketChannel fresh = null;
        boolean came = false;
        try {
            fresh = channel.accept();
            if (fresh == null) return false;
            var transport = TcpTransport.accepted(fresh, ledger, acceptedBy);
            pauseNanos = PAUSE_NANOS_MIN;
            came = true;
            accepted.accepted(transport);
            return true;
        } catch (IOException failure) {
            // Why: a peer that left since the handshake is not a lack of descriptors.
            if (fresh != null) return true;
            pauseAfterFailure(String.valueOf(failure.getMessage()));
            return false;
        } finally {
            if (!came) accepted.noneCame();
        }
    }

    private void pauseAfterFailure(String why) {
        if (pauseNanos == PAUSE_NANOS_MIN) accepted.acceptFailed(why);
        if (closed) return;
        failing = true;
        watch();
        loop.schedule(resume, pauseNanos);
        pauseNanos = Math.min(pauseNanos * 2, PAUSE_NANOS_MAX);
    }

    private void tryAgain() {
        failing = false;
        watch();
    }

    private void watch() {
        if (key.isValid()) key.interestOps(paused || failing ? 0 : SelectionKey.OP_ACCEPT);
    }

    /// Accepts the connections in the backlog: the kernel has completed their handshakes and would reset them at
    /// the close.
    private void acceptBacklog() {
        boolean more = true;
        while (more && !paused && !failing) more = acceptOne();
    }

    @Override
    public void close() {
        loop.requireCurrent();
        if (closed) return;
        acceptBacklog();
        closed = true;
        loop.wheel().cancel(resume);
        try {
            channel.close();
        } catch (IOException ignored) {
            // Why: nothing can be done; the descriptor is freed at the next settle.
        }
        loop.afterClosing(entry::close);
    }
}
