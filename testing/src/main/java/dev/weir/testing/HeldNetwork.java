package dev.weir.testing;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.loop.Poller;
import dev.weir.transport.Acceptor;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A network that can hold attempts to connect back until it releases them.
///
/// **Owns:** nothing; what it opens comes from the network below and is owned by the caller.
/// **Threads:** confined to the thread of the test.
/// **Waits:** never waits.
public final class HeldNetwork implements Network {
    private final Network below;
    private final List<Held> held = new ArrayList<>();
    private boolean holds;
    private boolean lacksDescriptors;

    /// A network that holds nothing yet.
    public HeldNetwork(Network below) {
        this.below = below;
    }

    /// Holds all later attempts to connect.
    public void hold() {
        holds = true;
    }

    /// Lets all later attempts to connect fail for lack of descriptors.
    public void takeDescriptors() {
        lacksDescriptors = true;
    }

    /// Releases the held attempts in their order, and holds no more.
    public void letGo() {
        holds = false;
        var now = List.copyOf(held);
        held.clear();
        now.forEach(Held::goOn);
    }

    /// The number of held attempts, without cancelled ones.
    public int held() {
        return held.size();
    }

    @Override
    public Poller openPoller() {
        return below.openPoller();
    }

    @Override
    public Acceptor listen(Endpoint address, int backlog, EventLoop loop, Acceptor.Listener accepted) {
        return below.listen(address, backlog, loop, accepted);
    }

    @Override
    public ConnectAttempt connect(Endpoint peer, EventLoop loop, ConnectAttempt.Listener connected) {
        if (lacksDescriptors) {
            boolean _ = loop.post(new Mailbox.Node(() -> connected.outOfDescriptors("Too many open files")));
            return () -> {};
        }
        if (!holds) return below.connect(peer, loop, connected);
        var one = new Held(() -> below.connect(peer, loop, connected));
        held.add(one);
        return one;
    }

    private final class Held implements ConnectAttempt {
        private final Supplier<ConnectAttempt> later;
        private @Nullable ConnectAttempt begun;

        Held(Supplier<ConnectAttempt> later) {
            this.later = later;
        }

        void goOn() {
            begun = later.get();
        }

        @Override
        public void cancel() {
            held.remove(this);
            if (begun != null) begun.cancel();
        }
    }
}
