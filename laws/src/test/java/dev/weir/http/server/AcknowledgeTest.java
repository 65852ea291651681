package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Poller;
import dev.weir.runtime.Weir;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.transport.Acceptor;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import dev.weir.transport.Transport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Proves that a client which writes head and body apart is told at once that its head has arrived: with Nagle's
/// algorithm it keeps the body until then, and the kernel would let it wait for 40 ms.
@Balanced
final class AcknowledgeTest {
    private static final String HEAD = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n";

    private final AtomicInteger acknowledged = new AtomicInteger();

    /// Counts how often clients of a server are told that their bytes have arrived.
    private final class Counting implements Network {
        private final Network below;

        Counting(Network below) {
            this.below = below;
        }

        @Override
        public Poller openPoller() {
            return below.openPoller();
        }

        @Override
        public Acceptor listen(Endpoint address, int backlog, EventLoop loop, Acceptor.Listener accepted) {
            return below.listen(address, backlog, loop, new Acceptor.Listener() {
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
                    accepted.accepted(counting(transport));
                }

                @Override
                public void acceptFailed(String why) {
                    accepted.acceptFailed(why);
                }
            });
        }

        @Override
        public ConnectAttempt connect(Endpoint peer, EventLoop loop, ConnectAttempt.Listener connected) {
            return below.connect(peer, loop, connected);
        }
    }

    private Transport counting(Transport transport) {
        return (Transport) Proxy.newProxyInstance(
                Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, (self, method, arguments) -> {
                    if (method.getName().equals("acknowledge")) acknowledged.incrementAndGet();
                    try {
                        return method.invoke(transport, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    @Test
    void headIsAcknowledgedWhileTheBodyIsAwaited(Scene scene) {
        var loops = scene.tcpByHand();
        Weir weir = scene.closes(Weir.over(loops.group(), new Counting(loops.network())));
        var server = HttpServer.open(weir, Stage.SETTINGS, exchange -> new BodyCounter(exchange).begin());
        RawPeer peer = scene.closes(loops.dial(server.local()));

        peer.send(HEAD + "ok" + HEAD + "ok");
        assertThat(Stage.read(peer).body()).isEqualTo("2");
        assertThat(Stage.read(peer).body()).isEqualTo("2");
        assertThat(acknowledged).as("bodies that came with their heads").hasValue(0);

        peer.send(HEAD);
        loops.turnUntilQuiet();
        assertThat(acknowledged).hasValue(1);
        peer.send("o");
        loops.turnUntilQuiet();
        peer.send("k");
        assertThat(Stage.read(peer).body()).isEqualTo("2");
        assertThat(acknowledged).as("the rest of the body").hasValue(1);
        peer.close();
    }
}
