package dev.weir.testing;

import dev.weir.loop.EventLoop;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import dev.weir.transport.Transport;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Listens on a manual loop of any network; accepted connections are watched by no loop.
final class LoopListener implements RawListener, Acceptor.Listener {
    private static final int BACKLOG = 64;

    private final ArrayDeque<Transport> came = new ArrayDeque<>();
    private final Acceptor acceptor;

    @SuppressWarnings("this-escape") // Why: nothing is accepted before the loop is turned.
    LoopListener(Network network, EventLoop loop) {
        this.acceptor = network.listen(Scene.ANY_PORT, BACKLOG, loop, this);
    }

    @Override
    public Endpoint local() {
        return acceptor.local();
    }

    @Override
    public @Nullable RawPath poll() {
        Transport next = came.poll();
        return next == null ? null : new TransportPath(next);
    }

    @Override
    public void accepted(Transport transport) {
        came.add(transport);
    }

    @Override
    public void acceptFailed(String why) {
        throw new AssertionError("accepting failed: " + why);
    }

    @Override
    public void close() {
        acceptor.close();
        came.forEach(Transport::abort);
        came.clear();
    }
}
