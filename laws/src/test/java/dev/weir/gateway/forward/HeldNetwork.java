package dev.weir.gateway.forward;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Poller;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Connecting;
import dev.weir.transport.Network;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A network whose attempts to connect can be held up: they hear nothing until they are let go.
final class HeldNetwork implements Network {
    private final Network under;
    private final List<Held> held = new ArrayList<>();
    private boolean holds;

    HeldNetwork(Network under) {
        this.under = under;
    }

    /// From now on nobody hears whether a connection was made.
    void hold() {
        holds = true;
    }

    /// Lets everybody go on.
    void letGo() {
        holds = false;
        for (Held one : held) one.goOn();
        held.clear();
    }

    @Override
    public Poller openPoller() {
        return under.openPoller();
    }

    @Override
    public Acceptor listen(InetSocketAddress address, int backlog, EventLoop loop, Acceptor.Accepted accepted) {
        return under.listen(address, backlog, loop, accepted);
    }

    @Override
    public Connecting connect(InetSocketAddress peer, EventLoop loop, Connecting.Connected connected) {
        if (!holds) return under.connect(peer, loop, connected);
        var one = new Held(() -> under.connect(peer, loop, connected));
        held.add(one);
        return one;
    }

    private static final class Held implements Connecting {
        private final Supplier<Connecting> later;
        private @Nullable Connecting made;
        private boolean cancelled;

        Held(Supplier<Connecting> later) {
            this.later = later;
        }

        void goOn() {
            if (!cancelled) made = later.get();
        }

        @Override
        public void cancel() {
            cancelled = true;
            if (made != null) made.cancel();
        }
    }
}
