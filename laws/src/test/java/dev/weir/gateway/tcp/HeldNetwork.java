package dev.weir.gateway.tcp;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Poller;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Connecting;
import dev.weir.transport.Network;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A network on which connecting takes until the test lets it go on.
final class HeldNetwork implements Network {
    private final Network below;
    private final List<Held> held = new ArrayList<>();

    HeldNetwork(Network below) {
        this.below = below;
    }

    /// How many attempts wait.
    int held() {
        return held.size();
    }

    void letGo() {
        held.forEach(Held::letGo);
        held.clear();
    }

    @Override
    public Poller openPoller() {
        return below.openPoller();
    }

    @Override
    public Acceptor listen(InetSocketAddress address, int backlog, EventLoop loop, Acceptor.Accepted accepted) {
        return below.listen(address, backlog, loop, accepted);
    }

    @Override
    public Connecting connect(InetSocketAddress peer, EventLoop loop, Connecting.Connected connected) {
        var one = new Held(() -> below.connect(peer, loop, connected));
        held.add(one);
        return one;
    }

    private static final class Held implements Connecting {
        private final java.util.function.Supplier<Connecting> attempt;
        private @Nullable Connecting begun;
        private boolean cancelled;

        Held(java.util.function.Supplier<Connecting> attempt) {
            this.attempt = attempt;
        }

        void letGo() {
            if (!cancelled) begun = attempt.get();
        }

        @Override
        public void cancel() {
            cancelled = true;
            if (begun != null) begun.cancel();
        }
    }
}
