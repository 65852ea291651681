package dev.weir.http.blocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.http.server.Stage;
import dev.weir.ledger.Kind;
import dev.weir.testing.Balanced;
import dev.weir.testing.Hoard;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves what a handler on a thread of its own may rely on, and that it harms nobody. A real server over
/// sockets; its loops and its clock are turned by hand, the handlers' threads are real.
@Balanced
final class BlockingHandlersTest {
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";

    private final List<String> told = new CopyOnWriteArrayList<>();

    @Test
    void aHandlerSeesTheRequestAsItCame(Scene scene) {
        var stage = Stage.blocking(
                scene,
                (request, response) -> response.status(201)
                        .header("X-One", "1")
                        .header("x-one", "2")
                        .addHeader("X-One", "3")
                        .send(String.join(
                                "|",
                                request.methodName(),
                                request.target(),
                                request.path(),
                                request.query().orElse("none"),
                                request.parameter("b c").orElse("none"),
                                request.header("x-a").orElse("none"),
                                request.headers("X-A").toString(),
                                String.valueOf(request.headers().size()),
                                request.peer().host())));
        var peer = stage.dial();

        peer.send("PURGE /p/q?a=1&b+c=%C3%A4&d HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx-a:\r\n\r\n");
        var reply = Stage.read(peer);

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.head()).doesNotContain("X-One: 1").contains("x-one: 2\r\n", "X-One: 3\r\n");
        assertThat(new String(reply.body().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .isEqualTo("PURGE|/p/q?a=1&b+c=%C3%A4&d|/p/q|a=1&b+c=%C3%A4&d|ä|1|[1, ]|3|127.0.0.1");
        peer.close();
    }

    @Test
    void noFieldCanSplitAnAnswer(Scene scene) {
        var stage = Stage.blocking(scene, (request, response) -> {
            for (String value : List.of("a\r\nSet-Cookie: x", "a\nb", "a\0b", "\u0100")) {
                assertThatThrownBy(() -> response.header("X", value)).isInstanceOf(IllegalArgumentException.class);
            }
            for (String name : List.of("", "a b", "a:", "a\r\n", "Content-Length", "transfer-encoding", "Connection")) {
                assertThatThrownBy(() -> response.addHeader(name, "1")).isInstanceOf(IllegalArgumentException.class);
            }
            for (int i = 0; i < 7; i++) response.addHeader("X-" + i, "y".repeat(1000));
            assertThatThrownBy(() -> response.addHeader("X", "y".repeat(1200)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> response.status(199)).isInstanceOf(IllegalArgumentException.class);
            response.send("ok");
        });
        var peer = stage.dial();

        peer.send(Stage.GET);

        var reply = Stage.read(peer);
        assertThat(reply.body()).isEqualTo("ok");
        assertThat(reply.head()).doesNotContain("Set-Cookie");
        peer.close();
    }

    @Test
    void smallAnswerIsCopiedAndItsThreadDoesNotWait(Scene scene) throws InterruptedException {
        var gate = new Semaphore(0);
        var gone = new Semaphore(0);
        var stage = Stage.blocking(scene, (request, response) -> {
            told.add("in");
            gate.acquire();
            byte[] body = "as it was sent".getBytes(StandardCharsets.US_ASCII);
            response.send(body);
            Arrays.fill(body, (byte) '?');
            gone.release();
        });
        var peer = stage.dial();
        peer.send(Stage.GET);
        stage.loops.turnUntil(() -> told.contains("in"));

        gate.release();

        // Why: no loop turns meanwhile; a handler that waited for one would wait for ever.
        assertThat(gone.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Stage.read(peer).body()).isEqualTo("as it was sent");
        peer.close();
    }

    @Test
    void handlerThatReturnsWithoutAnAnswerSends200(Scene scene) {
        var stage = Stage.blocking(scene, (request, response) -> {});
        var peer = stage.dial();

        peer.send(Stage.GET.repeat(3));

        for (int i = 0; i < 3; i++) {
            assertThat(Stage.read(peer).has("Content-Length: 0")).isTrue();
        }
        peer.close();
    }

    @Test
    void answersOfAnySizeArriveWhole(Scene scene) {
        byte[] large = new byte[3_000_000];
        Arrays.fill(large, (byte) 'x');
        var stage = Stage.blocking(scene, (request, response) -> {
            switch (request.path()) {
                case "/whole" -> response.send(large);
                case "/stream" -> response.body().write(large);
                case "/declared" -> response.body(large.length).write(large);
                default -> {
                    var body = response.body();
                    for (int i = 0; i < 100_000; i++) body.write('y');
                }
            }
        });

        for (String path : List.of("/whole", "/stream", "/declared")) {
            var peer = stage.dial();
            peer.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
            var reply = Stage.read(peer);
            assertThat(reply.body()).hasSize(large.length);
            assertThat(reply.has("Transfer-Encoding: chunked")).isEqualTo(path.equals("/stream"));
            peer.send("GET " + path + " HTTP/1.0\r\n\r\n");
            assertThat(Stage.read(peer).body()).hasSize(large.length);
            assertThat(peer.readToEnd().bytes()).isZero();
            peer.close();
        }
        stage.loops.turnUntil(() -> stage.loops.pool().buffersLive() == 0);
    }

    @Test
    @DisplayName("W-05 HEAD, 204 and 304 of a handler have no body and keep the connection")
    void answersWithoutBodyKeepTheConnection(Scene scene) {
        var stage = Stage.blocking(scene, (request, response) -> {
            if (request.query().isPresent()) {
                response.status(Integer.parseInt(request.query().get()));
            }
            switch (request.path()) {
                case "/stream" -> response.body().write(new byte[20_000]);
                case "/length" -> response.body(5).close();
                default -> response.send(request.query().isPresent() ? "" : "hello");
            }
        });
        var peer = stage.dial();

        var told = List.of("HEAD /", "HEAD /length", "GET /length?304");
        for (String request :
                List.of("HEAD /", "HEAD /length", "GET /length?304", "HEAD /stream", "GET /?204", "GET /?304")) {
            peer.send(request + " HTTP/1.1\r\nHost: a\r\n\r\n");
            var reply = Stage.readHead(peer);
            assertThat(reply.has("Content-Length: 5")).as(request).isEqualTo(told.contains(request));
            assertThat(reply.head().contains("Content-Length")).as(request).isEqualTo(told.contains(request));
        }
        peer.send(Stage.GET);
        assertThat(Stage.read(peer).body()).isEqualTo("hello");
        peer.close();
    }

    @Test
    void bodyWithABodylessStatusFailsTheHandler(Scene scene) {
        var stage = Stage.blocking(scene, (request, response) -> {
            response.status(Integer.parseInt(request.query().orElseThrow()));
            if (request.path().equals("/stream")) response.body().write(new byte[20_000]);
            else response.send("hello");
        });

        for (String path : List.of("/?204", "/stream?204", "/?304", "/stream?304")) {
            var peer = stage.dial();
            peer.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(Stage.read(peer).status()).as(path).isEqualTo(500);
            peer.close();
        }
    }

    @Test
    void aBodyIsReadAtEverySplitPointAndEchoed(Scene scene) {
        var stage = Stage.blocking(
                scene, (request, response) -> response.send(request.body().readAllBytes()));
        String chunked = POST + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
        String counted = POST + "Content-Length: 11\r\n\r\nhello world";
        var peer = stage.dial();

        for (String text : List.of(chunked, counted)) {
            for (int split = 1; split < text.length(); split += 3) {
                peer.send(text.substring(0, split));
                stage.loops.turnUntilQuiet();
                peer.send(text.substring(split));
                assertThat(Stage.read(peer).body()).isEqualTo("hello world");
            }
        }
        peer.send((chunked + counted).repeat(5));
        for (int i = 0; i < 10; i++) assertThat(Stage.read(peer).body()).isEqualTo("hello world");
        peer.close();
    }

    @Test
    void aLargeBodyIsReadInSmallPiecesAndHoldsNoBlockMeanwhile(Scene scene) {
        var gate = new Semaphore(0);
        var stage = Stage.blocking(scene, (request, response) -> {
            int first = request.body().read();
            told.add("read");
            gate.acquire();
            int sum = first;
            for (int octet; (octet = request.body().read()) >= 0; ) sum += octet;
            response.send(String.valueOf(sum));
        });
        var peer = stage.dial();

        peer.send(POST + "Content-Length: 40000\r\n\r\n" + "\1".repeat(20_000));
        stage.loops.turnUntil(() -> !told.isEmpty());
        stage.loops.turnUntilQuiet();
        long held = stage.loops.pool().buffersLive();
        gate.release();
        peer.send("\1".repeat(20_000));

        assertThat(Stage.read(peer).body()).isEqualTo("40000");
        assertThat(held).isZero();
        peer.close();
    }

    @Test
    void firstReadSends100Continue(Scene scene) {
        var gate = new Semaphore(0);
        var stage = Stage.blocking(scene, (request, response) -> {
            gate.acquire();
            response.send(request.body().readAllBytes());
        });
        var peer = stage.dial();

        peer.send(POST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        stage.loops.turnUntilQuiet();
        assertThat(peer.readSome(100)).isEmpty();
        gate.release();

        assertThat(Stage.readHead(peer).head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        peer.send("hello");
        assertThat(Stage.read(peer).body()).isEqualTo("hello");
        peer.send(Stage.GET);
        gate.release();
        assertThat(Stage.read(peer).status()).isEqualTo(200);
        peer.close();
    }

    @Test
    void requestAndResponseAreUnusableAfterTheExchange(Scene scene) {
        var kept = new AtomicReference<@Nullable Request>();
        var keptResponse = new AtomicReference<@Nullable Response>();
        var stage = Stage.blocking(scene, (request, response) -> {
            if (request.path().equals("/second")) {
                response.send("second");
                return;
            }
            kept.set(request);
            keptResponse.set(response);
            response.send("first");
            assertThatThrownBy(() -> response.send("twice")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> request.body().read()).isInstanceOf(IllegalStateException.class);
            told.add("refused");
        });
        var peer = stage.dial();
        peer.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(Stage.read(peer).body()).isEqualTo("first");
        assertThat(Stage.read(peer).body()).isEqualTo("second");
        stage.loops.turnUntil(() -> !told.isEmpty());

        var request = java.util.Objects.requireNonNull(kept.get());
        var response = java.util.Objects.requireNonNull(keptResponse.get());
        assertThatThrownBy(() -> request.body().read()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> response.send("late")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> response.body().write(1)).isInstanceOf(IllegalStateException.class);
        assertThat(request.path()).isEqualTo("/first");
        peer.close();
    }

    @Test
    void beyondTheLimitOfExchangesThereIs503(Scene scene) {
        var gate = new Semaphore(0);
        var stage = Stage.blocking(scene, (request, response) -> {
            told.add("in");
            gate.acquire();
        });
        List<RawPeer> inside = new ArrayList<>();
        for (int i = 0; i < Stage.IN_FLIGHT_MAX; i++) {
            var peer = stage.dial();
            peer.send(Stage.GET);
            inside.add(peer);
        }
        stage.loops.turnUntil(() -> told.size() == Stage.IN_FLIGHT_MAX);

        var beyond = stage.dial();
        beyond.send(Stage.GET);
        assertThat(Stage.read(beyond).status()).isEqualTo(503);
        gate.release(100);

        for (RawPeer peer : inside) assertThat(Stage.read(peer).status()).isEqualTo(200);
        var after = stage.dial();
        after.send(Stage.GET);
        assertThat(Stage.read(after).status()).isEqualTo(200);
        assertThat(stage.ended).contains("503 RH");
    }

    @Test
    void clientsWithinTheInFlightLimitAreNeverRefused(Scene scene) {
        var stage = Stage.blocking(scene, (request, response) -> response.send("ok"));
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < Stage.IN_FLIGHT_MAX; i++) peers.add(stage.dial());

        for (int round = 0; round < 100; round++) {
            for (RawPeer peer : peers) peer.send(Stage.GET);
            for (RawPeer peer : peers) assertThat(Stage.read(peer).status()).isEqualTo(200);
        }
    }

    @Test
    void clientsThatLeaveFreeTheirSlots(Scene scene) {
        var stage = Stage.blocking(scene, (request, response) -> response.send("ok"));
        for (int i = 0; i < 500; i++) {
            var leaving = stage.dial();
            leaving.send(Stage.GET);
            leaving.reset();
            stage.loops.turnUntil(() -> stage.server.connections() == 0);
        }

        // Why: threads of those who left may need a moment to return, but not a thousand requests.
        int status = 503;
        for (int i = 0; i < 1000 && status == 503; i++) {
            var staying = stage.dial();
            staying.send(Stage.GET);
            status = Stage.read(staying).status();
            staying.close();
        }
        assertThat(status).isEqualTo(200);
    }

    @Test
    void handlersThatAnsweredAndDoNotReturnAreLimited(Scene scene) {
        var gate = new Semaphore(0);
        var stage = Stage.blocking(scene, (request, response) -> {
            response.send("ok");
            gate.acquire();
        });
        var peer = stage.dial();
        for (int i = 0; i < Stage.IN_FLIGHT_MAX + 16; i++) {
            peer.send(Stage.GET);
            assertThat(Stage.read(peer).status()).isEqualTo(200);
        }
        peer.send(Stage.GET);
        assertThat(Stage.read(peer).status()).isEqualTo(503);
        gate.release(100);
    }

    @Test
    void runtimeWithoutAChargeForHandlersIsRefused(Scene scene) {
        assertThatThrownBy(() -> Stage.blocking(scene, Shape.SMALL, Stage.SETTINGS, (request, response) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("BlockingHandlers.charge(4)");
    }

    @Test
    @DisplayName("H-29 a client that does not take a streamed answer is aborted after the stall, its handler told")
    void aSlowReaderOfAStreamIsAborted(Scene scene) {
        var stage = Stage.blocking(scene, (request, response) -> {
            try (var body = response.body()) {
                byte[] piece = new byte[100_000];
                for (int i = 0; i < 1000; i++) body.write(piece);
            } catch (IOException stalled) {
                told.add("told");
            }
        });
        var peer = stage.dial();
        peer.send(Stage.GET);
        stage.loops.turnUntil(() -> stage.server.connections() == 1);
        int seconds = 0;
        // Why: the handler's thread is real and may still be writing, so only the least time is exact.
        for (; stage.server.connections() == 1 && seconds < 20_000; seconds += 10) stage.pass(Duration.ofSeconds(10));

        assertThat(seconds).isBetween(30, 19_999);
        stage.loops.turnUntil(() -> !told.isEmpty());
        assertThat(stage.server.connections()).isZero();
        assertThat(stage.ended).containsExactly("200 TD");
        assertThat(stage.loops.pool().buffersLive()).isZero();
    }

    @Test
    @DisplayName("H-12 a handler's output that waits for memory in vain is answered by 503, nobody spins")
    void outputThatWaitsForMemoryInVainIs503(Scene scene) {
        var shape = Shape.SMALL.withBlocks(8).withCharge(BlockingHandlers.charge(Stage.IN_FLIGHT_MAX));
        var gate = new Semaphore(0);
        var stage = Stage.blocking(scene, shape, Stage.SETTINGS, (request, response) -> {
            told.add("in");
            gate.acquire();
            try {
                response.send(new byte[50_000]);
            } catch (IOException inVain) {
                told.add("in vain");
            }
        });
        var peer = stage.dial();
        peer.send(Stage.GET);
        stage.loops.turnUntil(() -> told.contains("in"));
        var hoard = Hoard.all(stage.loops.pool());
        gate.release();
        stage.loops.turnUntil(
                () -> stage.loops.group().budget().usage().waiters().handle() == 1);

        stage.loops.turnUntilQuiet();
        stage.pass(Duration.ofSeconds(1));
        stage.pass(Duration.ofSeconds(31));

        assertThat(Stage.read(peer).status()).isEqualTo(503);
        stage.loops.turnUntil(() -> told.contains("in vain"));
        assertThat(stage.ended).containsExactly("503 RH");
        hoard.release();
        var next = stage.dial();
        next.send(Stage.GET);
        gate.release();
        assertThat(Stage.read(next).body()).hasSize(50_000);
    }

    @Test
    void returnedHandlersLeaveNothingOpen(Scene scene) {
        var stage = Stage.blocking(scene, (request, response) -> response.send("ok"));
        var peer = stage.dial();
        for (int i = 0; i < 50; i++) {
            peer.send(Stage.GET);
            Stage.read(peer);
        }
        stage.loops.turnUntil(() -> scene.ledger().balance().live(Kind.THREAD) == 0);
        assertThat(scene.ledger().balance().live(Kind.EXCHANGE)).isZero();
    }
}
