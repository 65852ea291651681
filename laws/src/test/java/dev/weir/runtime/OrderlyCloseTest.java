package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.http.blocking.BlockingHandler;
import dev.weir.http.blocking.BlockingHandlers;
import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.LoopHandler;
import dev.weir.http.server.ServerSettings;
import dev.weir.loop.CloseReport;
import dev.weir.testing.Sockets;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that a close lets work in flight finish until its deadline, cuts and names what is left then, and
/// destroys nothing where it refuses to wait. Over real sockets with loops on threads of their own.
@Timeout(60)
final class OrderlyCloseTest {
    private static final Endpoint ANY_PORT = Endpoint.loopback(0);
    private static final Answer HELLO = Answer.text(200, "hello");
    private static final int IN_FLIGHT_MAX = 8;

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private static Weir open() {
        return Weir.open(WeirSettings.of("orderly", 16 << 20, 200).withCharge(BlockingHandlers.charge(IN_FLIGHT_MAX)));
    }

    private static HttpServer serve(Weir weir, LoopHandler handler) {
        return HttpServer.open(weir, ServerSettings.at(ANY_PORT).withConnectionsMax(100), handler);
    }

    private static HttpServer serveBlocking(Weir weir, BlockingHandler handler) {
        return serve(weir, BlockingHandlers.of(weir, handler, IN_FLIGHT_MAX));
    }

    private static Deadline in(Duration time) {
        return Deadline.in(Clock.system(), time);
    }

    private static Socket ask(HttpServer server, String target) throws IOException {
        var socket = Sockets.dial(server.local());
        send(socket, target);
        return socket;
    }

    private static void send(Socket socket, String target) throws IOException {
        socket.getOutputStream()
                .write(("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static String readToEnd(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static String readAnswer(Socket socket) throws IOException {
        var got = new StringBuilder();
        while (got.indexOf("hello") < 0) {
            int one = socket.getInputStream().read();
            if (one < 0) throw new IOException("no whole answer: " + got);
            got.append((char) one);
        }
        return got.toString();
    }

    private void waitForRelease() throws IOException {
        entered.countDown();
        try {
            released.await();
        } catch (InterruptedException interrupted) {
            throw new IOException("interrupted", interrupted);
        }
    }

    @Test
    @DisplayName("S-10 close waits for a blocking handler in flight, whose answer arrives whole")
    void workInFlightFinishesBeforeTheDeadline() throws Exception {
        Weir weir = open();
        var server = serveBlocking(weir, (request, response) -> {
            waitForRelease();
            response.send("hello");
        });
        try (var socket = ask(server, "/work")) {
            entered.await();

            var closing = CompletableFuture.supplyAsync(() -> weir.close(in(Duration.ofSeconds(30))));
            while (!server.isDraining()) Thread.onSpinWait();
            assertThat(closing).isNotDone();
            released.countDown();

            assertThat(readToEnd(socket))
                    .startsWith("HTTP/1.1 200")
                    .contains("Connection: close")
                    .endsWith("hello");
            CloseReport report = closing.get(20, TimeUnit.SECONDS);
            assertThat(report.cut()).isEmpty();
            assertThat(report.survivors()).isEmpty();
        }
    }

    @Test
    @DisplayName("S-10 work that is not done at the deadline is cut then: the report names the request and its handler")
    void theDeadlineCutsWorkAndTheReportNamesIt() throws Exception {
        Weir weir = open();
        var server = serveBlocking(weir, (request, response) -> waitForRelease());
        try (var socket = ask(server, "/slow")) {
            entered.await();

            CloseReport report = weir.close(in(Duration.ofMillis(100)));

            assertThat(report.took()).isBetween(Duration.ofMillis(100), Duration.ofMillis(5000));
            assertThat(report.cut())
                    .anyMatch(line -> line.startsWith("downstream http, 127.0.0.1:" + socket.getLocalPort())
                            && line.contains("GET /slow, connected for"));
            assertThat(report.survivors()).isEmpty();
            assertThatExceptionOfType(IOException.class).as("a reset").isThrownBy(() -> readToEnd(socket));
        }
    }

    @Test
    @DisplayName("S-10 a handler that ignores its interruption is named as interrupted and as a survivor")
    void aHandlerThatIgnoresTheInterruptIsNamed() throws Exception {
        Weir weir = open();
        var server = serveBlocking(weir, (request, response) -> {
            entered.countDown();
            while (true) {
                try {
                    released.await();
                    return;
                } catch (InterruptedException _) {
                    // Why: that is the handler this test is about.
                }
            }
        });
        try (var socket = ask(server, "/deaf")) {
            entered.await();

            CloseReport report = weir.close(in(Duration.ofMillis(50)));

            assertThat(report.cut()).contains("handler of GET /deaf, interrupted");
            assertThat(report.survivors()).anyMatch(line -> line.contains("handler of GET /deaf"));
            released.countDown();
            assertThat(weir.close(in(Duration.ofSeconds(10))).isClean()).isTrue();
            assertThat(socket.isClosed()).isFalse();
        }
    }

    @Test
    @DisplayName("S-10 close from a loop handler is refused before anything is destroyed, and the server goes on")
    void closeFromALoopDestroysNothing() throws Exception {
        Weir weir = open();
        refusesWithoutDestroying(weir, weir, body -> exchange -> {
            body.run();
            exchange.answer(HELLO);
        });
    }

    @Test
    @DisplayName("S-10 close from a blocking handler is refused before anything is destroyed, and the server goes on")
    void closeFromABlockingHandlerDestroysNothing() throws Exception {
        Weir weir = open();
        refusesWithoutDestroying(
                weir,
                weir,
                body -> BlockingHandlers.of(
                        weir,
                        (request, response) -> {
                            body.run();
                            response.send("hello");
                        },
                        IN_FLIGHT_MAX));
    }

    @Test
    @DisplayName("S-10 close of one runtime from a loop of another is refused: no loop waits for anything")
    void closeFromALoopOfAnotherRuntimeIsRefused() throws Exception {
        Weir other = open();
        refusesWithoutDestroying(open(), other, body -> exchange -> {
            body.run();
            exchange.answer(HELLO);
        });
        assertThat(other.close(in(Duration.ofSeconds(10))).isClean()).isTrue();
    }

    private static void refusesWithoutDestroying(Weir weir, Weir closed, Function<Runnable, LoopHandler> handlers)
            throws Exception {
        var thrown = new CompletableFuture<Throwable>();
        var server = serve(weir, handlers.apply(() -> {
            try {
                closed.close(in(Duration.ofSeconds(10)));
                thrown.complete(new AssertionError("close returned"));
            } catch (IllegalStateException refused) {
                thrown.complete(refused);
            }
        }));
        try (var socket = ask(server, "/")) {
            assertThat(thrown.get(20, TimeUnit.SECONDS))
                    .hasMessageContaining("close() waits for its loops")
                    .hasMessageContaining("startClose");
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 200");
            send(socket, "/again");
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 200").doesNotContain("Connection: close");
        }
        assertThat(weir.close(in(Duration.ofSeconds(10))).survivors()).isEmpty();
    }

    @Test
    @DisplayName("S-10 a handler starts the close, its own answer leaves whole, and the future has the report")
    void aHandlerStartsTheClose() throws Exception {
        Weir weir = open();
        var report = new CompletableFuture<CloseReport>();
        var server = serve(weir, exchange -> {
            CompletableFuture<Void> _ =
                    weir.startClose(in(Duration.ofSeconds(30))).thenAccept(report::complete);
            exchange.answer(HELLO);
        });
        try (var socket = ask(server, "/")) {
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 200");
        }
        assertThat(report.get(20, TimeUnit.SECONDS).isClean()).isTrue();
        assertThat(weir.awaitClosed()).isEqualTo(report.get());
    }

    @Test
    @DisplayName("S-10 an idle connection is closed in order, and nobody is said to be cut")
    void idleConnectionsEndInOrder() throws Exception {
        Weir weir = open();
        var server = serve(weir, exchange -> exchange.answer(HELLO));
        try (var socket = ask(server, "/")) {
            String answer = readAnswer(socket);
            assertThat(answer).startsWith("HTTP/1.1 200");

            CloseReport report = weir.close(in(Duration.ofMillis(400)));

            assertThat(readToEnd(socket)).as("an end, and no reset").isEmpty();
            assertThat(report.cut()).isEmpty();
            assertThat(report.isClean()).isTrue();
        }
    }

    @Test
    @DisplayName("S-10 one server closes in order while another of its runtime goes on")
    void oneServerClosesAndTheOtherGoesOn() throws Exception {
        Weir weir = open();
        var server = serveBlocking(weir, (request, response) -> {
            waitForRelease();
            response.send("hello");
        });
        var other = serve(weir, exchange -> exchange.answer(HELLO));
        try (var socket = ask(server, "/work")) {
            entered.await();
            var closing = CompletableFuture.supplyAsync(() -> server.close(in(Duration.ofSeconds(30))));
            while (!server.isDraining()) Thread.onSpinWait();
            released.countDown();
            assertThat(readToEnd(socket)).endsWith("hello");
            CloseReport report = closing.get(20, TimeUnit.SECONDS);
            assertThat(report.cut()).isEmpty();
            assertThat(report.isClean()).isTrue();
        }
        try (var socket = ask(other, "/")) {
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 200");
        }
        assertThat(weir.close(in(Duration.ofSeconds(10))).isClean()).isTrue();
    }

    @Test
    @DisplayName("S-10 one server's deadline resets its requests, names them, and leaves the runtime clean")
    void theDeadlineOfOneServerCutsOnlyItsConnections() throws Exception {
        Weir weir = open();
        var server = serveBlocking(weir, (request, response) -> waitForRelease());
        try (var socket = ask(server, "/slow")) {
            entered.await();

            CloseReport report = server.close(in(Duration.ofMillis(50)));

            assertThat(report.cut()).singleElement().asString().contains("GET /slow");
            assertThat(report.isClean()).isTrue();
            assertThatExceptionOfType(IOException.class).as("a reset").isThrownBy(() -> readToEnd(socket));
        }
        assertThat(weir.close(in(Duration.ofSeconds(10))).isClean()).isTrue();
    }

    @Test
    @DisplayName("S-10 the report of one server names the connection that a stuck loop keeps")
    void theReportOfOneServerNamesWhatIsLeft() throws Exception {
        Weir weir = open();
        var server = serve(weir, exchange -> {
            entered.countDown();
            while (released.getCount() > 0) Thread.onSpinWait();
            exchange.answer(HELLO);
        });
        try (var _ = ask(server, "/stuck")) {
            entered.await();

            CloseReport report = server.close(in(Duration.ofMillis(10)));

            assertThat(report.isClean()).isFalse();
            assertThat(report.survivors().getFirst()).startsWith("1 connections at " + server.local());
            assertThat(report.survivors().getLast()).contains("a loop that has made no turn");
            released.countDown();
        }
        assertThat(weir.close(in(Duration.ofSeconds(10))).isClean()).isTrue();
    }

    @Test
    @DisplayName("S-10 the report of blocking handlers counts those that have not returned")
    void reportOfHandlersCountsThoseThatHaveNotReturned() throws Exception {
        Weir weir = open();
        var handlers = BlockingHandlers.of(
                weir,
                (request, response) -> {
                    entered.countDown();
                    while (released.getCount() > 0) Thread.onSpinWait();
                },
                IN_FLIGHT_MAX);
        var server = serve(weir, handlers);
        try (var _ = ask(server, "/stuck")) {
            entered.await();
            assertThat(server.close(in(Duration.ofMillis(10))).isClean()).isTrue();

            CloseReport report = handlers.close(in(Duration.ofMillis(10)));

            assertThat(report.survivors()).containsExactly("1 blocking handlers that have not returned");
            released.countDown();
        }
        assertThat(weir.close(in(Duration.ofSeconds(10))).isClean()).isTrue();
    }

    @Test
    @DisplayName("S-10 a second close with an earlier deadline brings the end of the first forward")
    void anEarlierDeadlineBringsTheFirstCloseForward() throws Exception {
        Weir weir = open();
        var server = serveBlocking(weir, (request, response) -> waitForRelease());
        try (var _ = ask(server, "/slow")) {
            entered.await();
            var first = weir.startClose(Deadline.NEVER);
            while (!server.isDraining()) Thread.onSpinWait();

            CloseReport second = weir.close(in(Duration.ofMillis(20)));

            assertThat(second.isClean()).isTrue();
            assertThat(first.get(20, TimeUnit.SECONDS).cut()).isNotEmpty();
        }
    }

    @Test
    @DisplayName("S-10 an interrupted close cuts what is left, joins everything, and stays interrupted")
    void anInterruptedCloseCutsAtOnce() throws Exception {
        Weir weir = open();
        var server = serveBlocking(weir, (request, response) -> waitForRelease());
        var result = new CompletableFuture<CloseReport>();
        try (var _ = ask(server, "/slow")) {
            entered.await();
            var closer = Thread.ofPlatform().start(() -> {
                CloseReport report = weir.close(in(Duration.ofMinutes(5)));
                if (Thread.currentThread().isInterrupted()) result.complete(report);
            });
            while (!server.isDraining()) Thread.onSpinWait();
            closer.interrupt();

            CloseReport report = result.get(20, TimeUnit.SECONDS);
            assertThat(report.isClean()).isTrue();
            assertThat(report.cut()).isNotEmpty();
        }
    }

    @Test
    @DisplayName("S-10 a server that is opened while its runtime closes is refused, with nothing left of it")
    void nothingIsOpenedInARuntimeThatCloses() throws Exception {
        Weir weir = open();
        var server = serveBlocking(weir, (request, response) -> {
            waitForRelease();
            response.send("hello");
        });
        try (var socket = ask(server, "/work")) {
            entered.await();
            var closing = weir.startClose(in(Duration.ofSeconds(30)));
            while (!server.isDraining()) Thread.onSpinWait();

            assertThatIllegalStateException()
                    .isThrownBy(() -> serve(weir, exchange -> exchange.answer(HELLO)))
                    .withMessageContaining("closing");

            released.countDown();
            assertThat(readToEnd(socket)).endsWith("hello");
            assertThat(closing.get(20, TimeUnit.SECONDS).isClean()).isTrue();
        }
    }
}
