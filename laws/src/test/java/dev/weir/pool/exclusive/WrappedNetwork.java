package dev.weir.pool.exclusive;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.loop.Poller;
import dev.weir.transport.Acceptor;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import dev.weir.transport.ReadinessListener;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A network whose connects hang, or lead elsewhere, and whose transports stop writing, when a test wants it.
final class WrappedNetwork implements Network {
    private final Network real;

    @Nullable
    Endpoint elsewhere;

    boolean hangs;
    boolean lacksDescriptors;
    boolean writesFail;
    int cancelled;

    WrappedNetwork(Network network) {
        this.real = new DialWrappingNetwork(network, Wrapped::new);
    }

    @Override
    public Poller openPoller() {
        return real.openPoller();
    }

    @Override
    public Acceptor listen(Endpoint address, int backlog, EventLoop loop, Acceptor.Listener accepted) {
        return real.listen(address, backlog, loop, accepted);
    }

    @Override
    public ConnectAttempt connect(Endpoint peer, EventLoop loop, ConnectAttempt.Listener connected) {
        if (lacksDescriptors) {
            loop.post(new Mailbox.Node(() -> connected.outOfDescriptors("Too many open files")));
            return () -> {};
        }
        Endpoint target = elsewhere == null ? peer : elsewhere;
        if (!hangs) return real.connect(target, loop, connected);
        return () -> cancelled++;
    }

    private final class Wrapped implements Transport {
        private final Transport inner;

        Wrapped(Transport inner) {
            this.inner = inner;
        }

        @Override
        public int write(ByteBuffer block) {
            return writesFail ? BROKEN : inner.write(block);
        }

        @Override
        public void attach(EventLoop loop, ReadinessListener readiness) {
            inner.attach(loop, readiness);
        }

        @Override
        public void detach(Runnable left) {
            inner.detach(left);
        }

        @Override
        public void interest(boolean read, boolean write) {
            inner.interest(read, write);
        }

        @Override
        public boolean hasPendingReadiness() {
            return inner.hasPendingReadiness();
        }

        @Override
        public int read(ByteBuffer block) {
            return inner.read(block);
        }

        @Override
        public void shutdownOutput() {
            inner.shutdownOutput();
        }

        @Override
        public void close() {
            inner.close();
        }

        @Override
        public void abort() {
            inner.abort();
        }

        @Override
        public Endpoint peer() {
            return inner.peer();
        }

        @Override
        public Endpoint local() {
            return inner.local();
        }
    }
}
