package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionRole;
import dev.weir.connection.Conversation;
import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.LoopHandler;
import dev.weir.http.server.ServerSettings;
import dev.weir.loop.CloseReport;
import dev.weir.memory.BufferPool;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Urgency;
import dev.weir.testing.Sockets;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.Acceptor.Listener;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that when a runtime's close returns nothing is left, wherever it is called from and whatever goes
/// on. Over real sockets with loops on threads of their own, because what is proved is that these are gone.
@Timeout(60)
final class WeirCloseTest {
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Endpoint ANY_PORT = Endpoint.loopback(0);
    private static final Answer HELLO = Answer.text(200, "hello");

    private static Weir open() {
        return Weir.open(WeirSettings.of("close-test", 8 << 20, 200));
    }

    private static Endpoint serve(Weir weir, LoopHandler handler) {
        return HttpServer.open(weir, ServerSettings.at(ANY_PORT).withConnectionsMax(200), handler)
                .local();
    }

    private static Deadline soon() {
        return Deadline.in(Clock.system(), Duration.ofSeconds(10));
    }

    private static void assertNothingIsLeft(Weir weir, CloseReport report) {
        assertThat(report.survivors()).isEmpty();
        assertThat(report.balance().isZero()).as(report.balance().toString()).isTrue();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("close-test-"));
        assertThatIllegalStateException()
                .as("memory")
                .isThrownBy(() -> weir.group()
                        .budget()
                        .pool()
                        .tryAcquire(BlockSize.SMALL, Urgency.DRAIN, BufferPool.NO_LOOP, "nobody"))
                .withMessageContaining("closed");
    }

    @Test
    @DisplayName("S-10 close before anything was started leaves nothing, and a second close says the same")
    void closeBeforeAnythingWasStarted() {
        Weir weir = open();

        assertNothingIsLeft(weir, weir.close(soon()));
        assertNothingIsLeft(weir, weir.close(soon()));
    }

    @Test
    @DisplayName("S-10 close from another thread while clients talk leaves nothing")
    void closeWhileClientsTalk() throws Exception {
        Weir weir = open();
        var address = serve(weir, exchange -> exchange.answer(HELLO));
        var answered = new AtomicInteger();
        var stopping = new AtomicBoolean();
        var clients = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) clients.add(Thread.ofPlatform().start(() -> talk(address, answered, stopping)));
        while (answered.get() < 200) Thread.onSpinWait();

        CloseReport report = weir.close(soon());

        assertNothingIsLeft(weir, report);
        stopping.set(true);
        for (Thread client : clients) client.join();
    }

    private static void talk(Endpoint address, AtomicInteger answered, AtomicBoolean stopping) {
        var answer = new byte[512];
        while (!stopping.get()) {
            try (var socket = Sockets.dial(address)) {
                for (int i = 0; i < 5; i++) {
                    socket.getOutputStream().write(REQUEST);
                    if (socket.getInputStream().read(answer) < 0) break;
                    answered.incrementAndGet();
                }
            } catch (IOException closed) {
                if (answered.get() > 200) return;
            }
        }
    }

    @Test
    @DisplayName("S-10 close twice at the same time: both return, and nothing is left")
    void closeTwiceAtTheSameTime() {
        Weir weir = open();
        serve(weir, exchange -> exchange.answer(HELLO));

        List<CompletableFuture<CloseReport>> both = List.of(
                CompletableFuture.supplyAsync(() -> weir.close(soon())),
                CompletableFuture.supplyAsync(() -> weir.close(soon())));

        assertThat(both).allSatisfy(one -> assertThat(one.join().survivors()).isEmpty());
        assertNothingIsLeft(weir, weir.close(soon()));
    }

    @Test
    @DisplayName("S-10 close from a handler refuses to wait for itself, and the runtime can be closed from outside")
    void closeFromAHandlerRefusesToWait() throws Exception {
        Weir weir = open();
        var thrown = new CompletableFuture<Throwable>();
        var address = serve(weir, exchange -> {
            try {
                weir.close(soon());
                thrown.completeExceptionally(new AssertionError("close waited for the loop it was called from"));
            } catch (IllegalStateException refused) {
                thrown.complete(refused);
            }
            exchange.answer(HELLO);
        });

        try (var socket = Sockets.dial(address)) {
            socket.getOutputStream().write(REQUEST);
            assertThat(thrown.get()).hasMessageContaining("close() waits for its loops");
        }
        assertNothingIsLeft(weir, weir.close(soon()));
    }

    @Test
    @DisplayName("S-10 close while connections are being accepted leaves nothing")
    void closeWhileConnectionsAreAccepted() throws Exception {
        for (int round = 0; round < 5; round++) {
            Weir weir = open();
            var address = serve(weir, exchange -> exchange.answer(HELLO));
            var stopping = new AtomicBoolean();
            var connected = new AtomicInteger();
            var storm = Thread.ofPlatform().start(() -> connect(address, connected, stopping));
            while (connected.get() < 20) Thread.onSpinWait();

            CloseReport report = weir.close(soon());

            stopping.set(true);
            storm.join();
            assertNothingIsLeft(weir, report);
        }
    }

    private static void connect(Endpoint address, AtomicInteger connected, AtomicBoolean stopping) {
        while (!stopping.get()) {
            try (var socket = Sockets.dial(address)) {
                if (socket.isConnected()) connected.incrementAndGet();
            } catch (IOException refused) {
                return;
            }
        }
    }

    @Test
    @DisplayName("S-10 close ends connections that no server answers for, and tells their ends once")
    void closeEndsConnectionsWithoutAnOwner() throws Exception {
        Weir weir = open();
        var told = new LinkedBlockingQueue<String>();
        var loop = weir.group().loops().getLast();
        var acceptor = weir.group()
                .call(
                        loop,
                        () -> weir.network().listen(ANY_PORT, 8, loop, new Listener() {
                            @Override
                            public void accepted(Transport transport) {
                                Connection.open(
                                        weir.connections(),
                                        loop,
                                        new Connection.Opening(
                                                ConnectionRole.other("nobody's"), transport, one -> new Noting(told)));
                                told.add("open");
                            }

                            @Override
                            public void acceptFailed(String why) {
                                told.add(why);
                            }
                        }));
        weir.register(Drainable.of(() -> weir.group().execute(loop, acceptor::close)));
        try (var socket = Sockets.dial(acceptor.local())) {
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("open");

            assertNothingIsLeft(weir, weir.close(soon()));
            assertThat(told).containsExactly("closing CLOSED", "ended CLOSED");
            assertThatExceptionOfType(IOException.class).as("a reset").isThrownBy(socket.getInputStream()::read);
        }
    }

    /// Writes down its end.
    private record Noting(Queue<String> told) implements Conversation {
        @Override
        public void readable() {}

        @Override
        public void timedOut() {}

        @Override
        public void closing(CloseReason reason) {
            told.add("closing " + reason);
        }

        @Override
        public void ended(CloseReason reason) {
            told.add("ended " + reason);
        }
    }

    @Test
    void aClosedRuntimeRefusesToOpenAnything() {
        Weir weir = open();
        weir.close(soon());

        assertThatIllegalStateException()
                .isThrownBy(() -> serve(weir, exchange -> exchange.answer(HELLO)))
                .withMessageContaining("closed");
    }
}
