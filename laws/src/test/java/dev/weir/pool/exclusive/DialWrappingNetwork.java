package dev.weir.pool.exclusive;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Poller;
import dev.weir.transport.Acceptor;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import dev.weir.transport.Transport;
import java.util.function.UnaryOperator;

/// A network that wraps each transport it has dialled; those that it accepts stay as they are.
record DialWrappingNetwork(Network real, UnaryOperator<Transport> wrap) implements Network {
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
        return real.connect(peer, loop, new ConnectAttempt.Listener() {
            @Override
            public void connected(Transport transport) {
                connected.connected(wrap.apply(transport));
            }

            @Override
            public void connectFailed(String why) {
                connected.connectFailed(why);
            }

            @Override
            public void outOfDescriptors(String why) {
                connected.outOfDescriptors(why);
            }
        });
    }
}
