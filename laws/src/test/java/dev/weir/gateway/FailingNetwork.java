package dev.weir.gateway;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Poller;
import dev.weir.transport.Acceptor;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import dev.weir.transport.Transport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/// A network of which each call is a step that may fail, those of its transports included. Closing never fails.
final class FailingNetwork implements Network {
    private static final Set<String> MAY_FAIL =
            Set.of("attach", "detach", "interest", "read", "write", "shutdownOutput", "probe");

    private final Network network;
    private final FailedStepsTest.Steps steps;

    FailingNetwork(Network network, FailedStepsTest.Steps steps) {
        this.network = network;
        this.steps = steps;
    }

    @Override
    public Poller openPoller() {
        steps.step("openPoller");
        return network.openPoller();
    }

    @Override
    public Acceptor listen(Endpoint address, int backlog, EventLoop loop, Acceptor.Listener accepted) {
        steps.step("listen");
        return network.listen(address, backlog, loop, new Acceptor.Listener() {
            @Override
            public boolean mayAccept() {
                return accepted.mayAccept();
            }

            @Override
            public void noneCame() {
                accepted.noneCame();
            }

            @Override
            public void accepted(Transport transport) {
                accepted.accepted(failing(transport));
            }

            @Override
            public void acceptFailed(String why) {
                accepted.acceptFailed(why);
            }
        });
    }

    @Override
    public ConnectAttempt connect(Endpoint peer, EventLoop loop, ConnectAttempt.Listener connected) {
        steps.step("connect");
        return network.connect(peer, loop, new ConnectAttempt.Listener() {
            @Override
            public void connected(Transport transport) {
                connected.connected(failing(transport));
            }

            @Override
            public void connectFailed(String why) {
                connected.connectFailed(why);
            }
        });
    }

    private Transport failing(Transport transport) {
        return (Transport) Proxy.newProxyInstance(
                Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, (_, method, given) -> {
                    if (MAY_FAIL.contains(method.getName())) steps.step(method.getName() + " of " + transport);
                    try {
                        method.setAccessible(true);
                        return method.invoke(transport, given);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }
}
