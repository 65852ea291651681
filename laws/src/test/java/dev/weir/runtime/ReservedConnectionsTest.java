package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.http.blocking.BlockingHandler;
import dev.weir.http.blocking.BlockingHandlers;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.LoopHandler;
import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.ServerSettings;
import dev.weir.loop.LoopGroup;
import dev.weir.memory.MemorySize;
import dev.weir.server.Beyond;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that servers and handlers take what they let be at once from the plan of their runtime: together never
/// more than it has, and given back when the last client has left. Over real sockets.
@Balanced
@Timeout(60)
final class ReservedConnectionsTest {
    private static final Answer HELLO = Answer.text(200, "hello");
    private static final int LOOPS = 2;
    private static final BlockingHandler GREETS = (request, response) -> response.send("hello");

    private static Weir open(Scene scene) {
        return open(scene, WeirSettings.of("reserved", 8 << 20, 100));
    }

    private static Weir open(Scene scene, WeirSettings any) {
        // Why: what slabs give to those who come later is another matter.
        var settings = any.withLoops(LOOPS).withFixedSlabs();
        return scene.closes(Weir.open(settings, LoopGroup.Drive.THREADS, Clock.system(), scene.ledger(), scene.tcp()));
    }

    private static HttpServer serve(Weir weir, int connectionsMax) {
        return HttpServer.open(weir, settings(connectionsMax), exchange -> exchange.answer(HELLO));
    }

    private static ServerSettings settings(int connectionsMax) {
        return ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(connectionsMax);
    }

    private static Deadline soon() {
        return Deadline.in(Clock.system(), Duration.ofSeconds(10));
    }

    @Test
    void plannedAndChargedBytesOfAnExchangeAreEqual() {
        assertThat(WeirSettings.EXCHANGE_BYTES)
                .isEqualTo(ServerSettings.EXCHANGE_BYTES + HeadLimits.DEFAULT.fieldsBytes());
    }

    @Test
    void aPlanOfAHundredConnectionsAdmitsAHundredAndNoMore(Scene scene) {
        Weir weir = open(scene);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> serve(weir, 150))
                .withMessageContaining("150 connections")
                .withMessageContaining("WeirSettings.of(name, bytes, 150)")
                .withMessageContaining("ServerSettings.withConnectionsMax(100)");
        assertThatIllegalArgumentException().isThrownBy(() -> serve(weir, 101));
        assertThat(serve(weir, 100).settings().connectionsMax()).isEqualTo(100);
    }

    @Test
    void serversOfOneRuntimeShareThePlannedConnections(Scene scene) {
        Weir weir = open(scene);
        HttpServer first = serve(weir, 60);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> serve(weir, 60))
                .withMessageContaining("WeirSettings.of(name, bytes, 120)")
                .withMessageContaining("ServerSettings.withConnectionsMax(40)");
        assertThat(serve(weir, 40).connections()).isZero();
        assertThat(first.connections()).isZero();
    }

    @Test
    void largeHeadsAndRefusalsAreChargedMore(Scene scene) {
        Weir weir = open(scene);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpServer.open(
                        weir, settings(100).withLimits(new HeadLimits(16 * 1024, 200)), exchange -> {}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpServer.open(weir, settings(100).withBeyond(Beyond.REFUSE), exchange -> {}))
                .withMessageContaining("ServerSettings.withConnectionsMax(51)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpServer.open(weir, settings(52).withBeyond(Beyond.REFUSE), exchange -> {}));
        assertThat(HttpServer.open(weir, settings(51).withBeyond(Beyond.REFUSE), exchange -> {})
                        .connections())
                .isZero();
    }

    @Test
    void aServerReturnsItsChargeWhenTheLastClientHasLeft(Scene scene) {
        Weir weir = open(scene);
        HttpServer first = serve(weir, 100);
        var client = scene.dial(first.local());
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        client.readUntil("hello");
        // Why: a request that has begun keeps its connection while the server drains.
        client.send("GET / HTTP/1.1\r\n");
        first.drain();

        assertThatIllegalArgumentException().isThrownBy(() -> serve(weir, 1));

        client.close();
        assertThat(first.close(soon()).isClean()).isTrue();
        assertThat(serve(weir, 100).connections()).isZero();
    }

    @Test
    void anAddressThatCannotBeBoundTakesNothing(Scene scene) {
        Weir weir = open(scene);
        HttpServer first = serve(weir, 10);
        for (int i = 0; i < 5; i++) {
            try {
                HttpServer.open(weir, ServerSettings.at(first.local()).withConnectionsMax(90), exchange -> {});
                throw new AssertionError("two servers at one address");
            } catch (dev.weir.transport.TransportException inUse) {
                assertThat(inUse).hasMessageContaining("cannot listen");
            }
            // Why: the loop gives it back in a turn of its own.
            weir.group().call(weir.group().loops().getFirst(), () -> true);
        }

        assertThat(serve(weir, 90).connections()).isZero();
    }

    @Test
    void aRuntimeWithoutPlannedConnectionsRefusesAServerAndNamesTheSetting(Scene scene) {
        Weir weir = open(scene, WeirSettings.of("x", 1 << 20));
        long enough = (1 << 20) + WeirSettings.connectionsBytes(8_000, LOOPS);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpServer.open(weir, ServerSettings.at(Scene.ANY_PORT), exchange -> {}))
                .withMessageContaining("8000 connections")
                .withMessageContaining("charges no connections")
                .withMessageContaining("WeirSettings.of(name, bytes, 8000) and a budget of " + enough + " bytes");
        assertThatIllegalArgumentException().isThrownBy(() -> serve(weir, 1));
        assertThat(weir.group().budget().reservedBytes()).isZero();
        weir.close();

        Weir said = open(scene, WeirSettings.of("x", enough, 8_000));
        assertThat(said.group().budget().plan().slabsBytes())
                .isEqualTo(weir.group().budget().plan().slabsBytes());
        assertThat(HttpServer.open(said, ServerSettings.at(Scene.ANY_PORT), exchange -> {})
                        .connections())
                .isZero();
    }

    @Test
    void eightThousandConnectionsDoNotFitAMebibyte(Scene scene) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(scene, WeirSettings.of("x", 1 << 20, 8_000)))
                .withMessageContaining("a budget of 1048576 bytes is too small")
                .withMessageContaining("give it ");

        Weir few = open(scene, WeirSettings.of("x", 1 << 20, 100));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> serve(few, 8_000))
                .withMessageContaining("of its 100 there are 100 left")
                .withMessageContaining("WeirSettings.of(name, bytes, 8000)");
    }

    @Test
    void attachmentsOfAHandlerAreCharged(Scene scene) {
        Weir weir = open(scene);
        var keeping = new LoopHandler() {
            @Override
            public void handle(ServerExchange exchange) {
                exchange.answer(HELLO);
            }

            @Override
            public long exchangeBytes() {
                return WeirSettings.CONNECTION_BYTES + WeirSettings.EXCHANGE_BYTES;
            }
        };

        assertThatIllegalArgumentException().isThrownBy(() -> HttpServer.open(weir, settings(51), keeping));
        assertThat(HttpServer.open(weir, settings(50), keeping).connections()).isZero();
        assertThat(weir.group().budget().unreservedBytes(WeirSettings.CONNECTIONS))
                .isZero();
    }

    @Test
    void eachBlockingHandlerHasItsOwnCharge(Scene scene) {
        Weir weir = open(
                scene,
                WeirSettings.of("two", 8 << 20, 100)
                        .withCharges(List.of(BlockingHandlers.charge(4), BlockingHandlers.charge(4))));
        BlockingHandlers first = BlockingHandlers.of(weir, GREETS, 4);
        BlockingHandlers second = BlockingHandlers.of(weir, GREETS, 4);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> BlockingHandlers.of(weir, GREETS, 1))
                .withMessageContaining("room for 0 more blocking exchanges, not for 1")
                .withMessageContaining("withCharge(BlockingHandlers.charge(1)), once for each");
        assertThat(first.close(soon()).isClean()).isTrue();
        BlockingHandlers third = BlockingHandlers.of(weir, GREETS, 4);
        assertThat(second.inFlight() + third.inFlight()).isZero();
    }

    @Test
    void theHandlerChargeIsReturnedWithTheLastHandler(Scene scene) {
        Weir weir = open(scene, WeirSettings.of("late", 8 << 20, 100).withCharge(BlockingHandlers.charge(4)));
        var entered = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        BlockingHandlers handlers = BlockingHandlers.of(
                weir,
                (request, response) -> {
                    entered.countDown();
                    await(released);
                    response.send("hello");
                },
                4);
        HttpServer server = HttpServer.open(weir, settings(10), handlers);
        var client = scene.dial(server.local());
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await(entered);

        assertThat(handlers.close(Deadline.in(Clock.system(), Duration.ZERO)).isClean())
                .isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> BlockingHandlers.of(weir, GREETS, 1));
        var late = scene.dial(server.local());
        late.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(late.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 503 ");

        released.countDown();
        client.readUntil("hello");
        while (weir.group().budget().unreservedBytes("blocking exchanges") == 0) Thread.onSpinWait();
        assertThat(BlockingHandlers.of(weir, GREETS, 4).inFlight()).isZero();
    }

    @Test
    void largeHeadsNeedPlannedBlocks(Scene scene) {
        var limits = new HeadLimits(HeadLimits.BYTES_MAX, 100);
        var heads = settings(10).withLimits(limits);
        Weir weir = open(scene);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpServer.open(weir, heads, exchange -> {}))
                .withMessageContaining("heads of 65536 bytes fit no normal block")
                .withMessageContaining("WeirSettings.withLargeHeads");
    }

    @Test
    void blockingHandlersAreChargedForCopiesOfLongHeads(Scene scene) {
        var limits = new HeadLimits(HeadLimits.BYTES_MAX, 100);
        var heads = settings(10).withLimits(limits);
        Weir weir = open(
                scene,
                WeirSettings.of("roomy", 16 << 20, 100)
                        .withLargeHeads(new LargeHeads(2, 0))
                        .withCharges(List.of(BlockingHandlers.charge(4), BlockingHandlers.charge(4, limits))));
        BlockingHandlers usual = BlockingHandlers.of(weir, GREETS, 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpServer.open(weir, heads, usual))
                .withMessageContaining("the handler takes heads of 16640 bytes at most, and the server allows 65536");
        HttpServer server = HttpServer.open(
                weir,
                heads,
                BlockingHandlers.of(
                        weir,
                        (request, response) -> response.send(
                                "long: " + request.header("X-Long").orElse("").length() + ";"),
                        4,
                        limits));
        var client = scene.dial(server.local());
        for (int i = 0; i < 5; i++) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + "l".repeat(60_000) + "\r\n\r\n");
            assertThat(client.readUntil("00;")).contains("long: 60000");
        }
    }

    @Test
    void aClosedRuntimeHasAllChargesBack(Scene scene) {
        Weir weir = open(scene, WeirSettings.of("all", 8 << 20, 100).withCharge(BlockingHandlers.charge(4)));
        HttpServer server = HttpServer.open(weir, settings(40), BlockingHandlers.of(weir, GREETS, 4));
        serve(weir, 50);
        var client = scene.dial(server.local());
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        client.readUntil("hello");
        assertThat(weir.group().budget().reservedBytes()).isPositive();

        assertThat(weir.close(Deadline.in(Clock.system(), Duration.ZERO)).isClean())
                .isTrue();

        assertThat(weir.group().budget().reservedBytes()).isZero();
    }

    @Test
    void concurrentServersNeverExceedThePlan(Scene scene) throws Exception {
        Weir weir = open(scene);
        var open = new AtomicInteger();
        var most = new AtomicInteger();
        var opened = new AtomicInteger();
        var start = new CountDownLatch(1);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                await(start);
                for (int round = 0; round < 30; round++) openAndClose(weir, open, most, opened);
            }));
        }
        start.countDown();
        for (Thread thread : threads) thread.join();

        assertThat(most.get()).as("servers of 60 at once in a plan of 100").isLessThanOrEqualTo(1);
        assertThat(opened.get()).isPositive();
        assertThat(serve(weir, 100).connections()).isZero();
    }

    private static void openAndClose(Weir weir, AtomicInteger open, AtomicInteger most, AtomicInteger opened) {
        try {
            HttpServer server = serve(weir, 60);
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            opened.incrementAndGet();
            // Why: before it is closed, because another may follow as soon as it is.
            open.decrementAndGet();
            assertThat(server.close(soon()).isClean()).isTrue();
        } catch (IllegalArgumentException full) {
            assertThat(full).hasMessageContaining("of its 100 there are");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void theDefaultRuntimeCarriesTheDefaultServer() {
        assertThat(WeirSettings.of("usual").connectionsMax()).isEqualTo(8_000);
        assertThat(WeirSettings.of("small", MemorySize.mebibytes(8)).connectionsMax())
                .as("half of it, for a connection and its exchange each")
                .isEqualTo((int) ((4 << 20) / (WeirSettings.CONNECTION_BYTES + WeirSettings.EXCHANGE_BYTES)));
        try (var weir = Weir.open("usual");
                var other = Weir.open(WeirSettings.of("small", MemorySize.mebibytes(8)))) {
            assertThat(HttpServer.open(weir, ServerSettings.localPort(0), exchange -> {})
                            .settings()
                            .connectionsMax())
                    .isEqualTo(8_000);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HttpServer.open(other, ServerSettings.localPort(0), exchange -> {}))
                    .withMessageContaining("ServerSettings.withConnectionsMax(");
        }
    }
}
