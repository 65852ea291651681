package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionRole;
import dev.weir.http.blocking.BlockingHandlers;
import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.ServerSettings;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.loop.Mailbox;
import dev.weir.loop.Poller;
import dev.weir.loop.Threads;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.block.BlockSize;
import dev.weir.testing.Balanced;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.Scene;
import dev.weir.testing.Sockets;
import dev.weir.testing.proxy.FaultProxy;
import dev.weir.testing.proxy.ProxySettings;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.Acceptor;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import dev.weir.transport.Transport;
import dev.weir.transport.tcp.TcpNetwork;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that what fails half-way while it is opened leaves nothing behind: no entry, no descriptor, no count.
/// A step in the middle of each opening is made to fail.
@Balanced
@Timeout(60)
final class FailedOpeningTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Ledger ledger = new Ledger("failed opening", Clock.system());

    private void assertNothingIsLeft() {
        assertThat(ledger.survivors()).isEmpty();
    }

    private LoopGroup.Settings settings(MemoryPlan plan, int loops, Supplier<Poller> pollers) {
        return new LoopGroup.Settings(
                "failing", loops, LoopGroup.Drive.THREADS, Clock.system(), ledger, plan, pollers, 1);
    }

    private static MemoryPlan plan(int loops) {
        return Weir.plan(WeirSettings.of("failing", 4 << 20).withLoops(loops));
    }

    @Test
    void aPollerThatCannotBeOpenedClosesTheEarlierOnes() {
        var network = new TcpNetwork(ledger);
        var opened = new ArrayList<Poller>();

        assertThatIllegalStateException()
                .isThrownBy(() -> LoopGroup.open(settings(plan(3), 3, () -> {
                    if (opened.size() == 2) throw new IllegalStateException("no more");
                    opened.add(network.openPoller());
                    return opened.getLast();
                })));

        assertNothingIsLeft();
    }

    @Test
    void aLoopThatCannotBeMadeClosesItsPoller() {
        var withoutScratch =
                MemoryPlan.of(64L * BlockSize.NORMAL.bytes(), List.of(), List.of(), MemoryPlan.Settings.DEFAULT);

        assertThatIllegalStateException()
                .isThrownBy(() -> LoopGroup.open(settings(withoutScratch, 2, new TcpNetwork(ledger)::openPoller)))
                .withMessageContaining("scratch");

        assertNothingIsLeft();
    }

    @Test
    void aThreadThatCannotBeMadeIsNotCounted() {
        var threads = new Threads(ledger);

        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> threads.platform(noName(), () -> {}));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> threads.virtual(noName(), () -> {}));

        assertNothingIsLeft();
    }

    @SuppressWarnings("NullAway") // Why: a name that is missing is how a thread fails to be made.
    private static String noName() {
        return null;
    }

    @Test
    void anAcceptorOfAClosedLoopIsNotCounted() {
        var network = new TcpNetwork(ledger);
        var group = LoopGroup.open(settings(plan(1), 1, network::openPoller));
        assertThat(group.close(Deadline.in(Clock.system(), SOON)).isClean()).isTrue();
        EventLoop closed = group.loops().getFirst();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> network.listen(Scene.ANY_PORT, 8, closed, new Acceptor.Listener() {
                    @Override
                    public void accepted(Transport transport) {
                        transport.abort();
                    }

                    @Override
                    public void acceptFailed(String why) {}
                }));

        assertNothingIsLeft();
    }

    @Test
    void aClientThatCannotBeRegisteredTakesNoPlace(Scene scene) {
        ManualLoops loops = scene.inMemory();
        var network = new Failing(loops.network());
        Weir weir = scene.closes(Weir.over(loops.group(), network));
        var answer = Answer.text(200, "hello");
        HttpServer server = HttpServer.open(
                weir, ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(2), exchange -> exchange.answer(answer));

        network.attachFails = true;
        for (int i = 0; i < 5; i++) {
            try (var peer = loops.dial(server.local())) {
                peer.expectReset();
            }
            loops.turnUntilQuiet();
        }
        network.attachFails = false;

        assertThat(server.connections()).isZero();
        assertThat(weir.connections().live()).isZero();
        assertThat(scene.ledger().balance().live(Kind.CONNECTION)).isZero();
        try (var peer = loops.dial(server.local())) {
            peer.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            peer.readUntil("hello");
        }
        loops.turnUntilQuiet();
    }

    @Test
    void aConversationThatFailsToOpenClosesItsSocket(Scene scene) {
        ManualLoops loops = scene.inMemory();
        Weir weir = scene.weir(loops);
        EventLoop loop = loops.group().loops().getFirst();
        var thrown = new ArrayList<String>();
        Acceptor acceptor = loops.network().listen(Scene.ANY_PORT, 8, loop, new Acceptor.Listener() {
            @Override
            public void accepted(Transport transport) {
                try {
                    Connection.open(
                            weir.connections(),
                            loop,
                            new Connection.Opening(ConnectionRole.other("failing"), transport, _ -> {
                                throw new IllegalStateException("no conversation");
                            }));
                } catch (IllegalStateException failure) {
                    thrown.add(String.valueOf(failure.getMessage()));
                }
            }

            @Override
            public void acceptFailed(String why) {}
        });
        weir.register(Drainable.of(acceptor::close));

        try (var peer = loops.dial(acceptor.local())) {
            peer.expectReset();
        }

        assertThat(thrown).containsExactly("no conversation");
    }

    @Test
    void aRuntimeOverALoopThatIsClosedLeavesNothing() {
        var network = new TcpNetwork(ledger);
        var group = LoopGroup.open(settings(plan(3), 3, network::openPoller));
        EventLoop last = group.loops().getLast();
        last.post(new Mailbox.Node(() -> {
            throw new OutOfMemoryError("planted");
        }));
        while (last.post(new Mailbox.Node(() -> {}))) Thread.onSpinWait();

        assertThatIllegalStateException().isThrownBy(() -> Weir.over(group, network));

        assertNothingIsLeft();
    }

    /// Whoever opens too late is told, and finds nothing of it afterwards; what was there before ends in order.
    @Test
    void nothingIsLeftOfAnOpeningThatCameTooLate() throws Exception {
        for (boolean isClosed : new boolean[] {false, true}) {
            var network = new TcpNetwork(ledger);
            var settings = WeirSettings.of("late", 34 << 20, 1000).withLoops(2).withCharge(BlockingHandlers.charge(4));
            Weir weir = Weir.open(settings, LoopGroup.Drive.THREADS, Clock.system(), ledger, network);
            var held = new CompletableFuture<ServerExchange>();
            HttpServer server =
                    HttpServer.open(weir, ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(2), held::complete);
            try (var client = Sockets.dial(server.local())) {
                client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                ServerExchange exchange = held.get();
                var closing = weir.startClose(Deadline.in(Clock.system(), Duration.ofSeconds(30)));
                while (!server.isDraining()) Thread.onSpinWait();
                if (isClosed) {
                    exchange.answer(Answer.text(200, "ok"));
                    assertThat(closing.join().survivors()).isEmpty();
                }

                var answer = Answer.text(200, "late");
                var late = ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(2);
                List<Runnable> openings = List.of(
                        () -> HttpServer.open(weir, late, one -> one.answer(answer)),
                        () -> BlockingHandlers.of(weir, (_, response) -> response.send("late"), 4),
                        () -> FaultProxy.on(weir, ProxySettings.to(server.local())),
                        () -> weir.closeOnExit(SOON),
                        () -> weir.register(Drainable.of(() -> {})));
                for (Runnable opening : openings) {
                    assertThatIllegalStateException().isThrownBy(opening::run);
                }

                if (!isClosed) {
                    exchange.answer(Answer.text(200, "ok"));
                    assertThat(closing.join().survivors()).isEmpty();
                }
                assertThat(closing.join().cut()).isEmpty();
            }
            assertNothingIsLeft();
        }
    }

    /// A network whose transports may refuse to be watched.
    private static final class Failing implements Network {
        private final Network network;
        private boolean attachFails;

        Failing(Network network) {
            this.network = network;
        }

        @Override
        public Poller openPoller() {
            return network.openPoller();
        }

        @Override
        public Acceptor listen(Endpoint address, int backlog, EventLoop loop, Acceptor.Listener accepted) {
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
            return network.connect(peer, loop, connected);
        }

        private Transport failing(Transport transport) {
            return (Transport) Proxy.newProxyInstance(
                    Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, (_, method, given) -> {
                        if (attachFails && method.getName().equals("attach")) {
                            throw new IllegalStateException("it cannot be watched");
                        }
                        try {
                            method.setAccessible(true);
                            return method.invoke(transport, given);
                        } catch (InvocationTargetException failure) {
                            throw failure.getCause();
                        }
                    });
        }
    }
}
