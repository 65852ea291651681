package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.blocking.BlockingHandler;
import dev.weir.http.blocking.BlockingHandlers;
import dev.weir.http.codec.HeadLimits;
import dev.weir.loop.LoopGroup;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.Footprint;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.time.Clock;
import dev.weir.transport.tcp.SocketAddresses;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/// Proves that what the memory plan charges for a connection and for an exchange is what they weigh, by the
/// heap in use after a collection. The server is real and its loop is turned by hand.
@Balanced
final class FootprintTest {
    private static final int CONNECTIONS = 1_000;
    private static final int WARM_UP = 100;
    private static final int BLOCKING_WARM_UP = 16;
    private static final int BLOCKING = 64;
    private static final int EXCHANGES = 2_000;

    @Test
    void idleConnectionTakesNoMoreThanItsCharge(Scene scene) throws IOException {
        scene.withoutPlaces();
        ManualLoops loops = scene.tcpByHand();
        HttpServer server = open(scene, loops);
        var clients = new ArrayList<SocketChannel>();
        try {
            connect(server, clients, WARM_UP);
            loops.turnUntil(() -> server.connections() == WARM_UP);
            // Why: the clients' half is made first, and waits in the backlog while the heap is looked at.
            connect(server, clients, CONNECTIONS);
            long before = Footprint.usedBytes();
            loops.turnUntil(() -> server.connections() == WARM_UP + CONNECTIONS);
            long each = (Footprint.usedBytes() - before) / CONNECTIONS;

            assertThat(each).isBetween(WeirSettings.CONNECTION_BYTES * 3 / 4, WeirSettings.CONNECTION_BYTES);
        } finally {
            for (SocketChannel client : clients) client.close();
        }
    }

    private static void connect(HttpServer server, List<SocketChannel> clients, int count) throws IOException {
        for (int i = 0; i < count; i++) clients.add(SocketChannel.open(SocketAddresses.of(server.local())));
    }

    @Test
    void exchangeTakesNoMoreThanItsCharge(Scene scene) {
        scene.withoutPlaces();
        ManualLoops loops = scene.inMemory();
        var here = new ServerLoop(open(scene, loops).context(), loops.loop());
        long charged = ServerSettings.EXCHANGE_BYTES + HeadLimits.DEFAULT.fieldsBytes();

        assertThat(Footprint.bytesEach(EXCHANGES, () -> new RequestReading(here)))
                .isBetween(charged * 3 / 4, charged);
    }

    @Test
    void largestBlockingExchangeTakesNoMoreThanItsCharge(Scene scene) throws InterruptedException {
        scene.withoutPlaces();
        var arrived = new Semaphore(0);
        var gate = new CountDownLatch(1);
        HttpServer server = openBlocking(scene, (request, response) -> {
            if (request.body().read() < 0) throw new AssertionError("the body came");
            response.body().write(new byte[1_000]);
            arrived.release();
            gate.await();
        });
        var peers = new ArrayList<RawPeer>();
        for (int i = 0; i < BLOCKING_WARM_UP + BLOCKING; i++) peers.add(scene.dial(server.local()));
        String request = "POST / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(15_000) + "\r\nContent-Length: 20000\r\n\r\n"
                + "z".repeat(16_000);
        for (RawPeer peer : peers.subList(0, BLOCKING_WARM_UP)) peer.send(request);
        arrived.acquire(BLOCKING_WARM_UP);
        long before = Footprint.usedBytes();
        for (RawPeer peer : peers.subList(BLOCKING_WARM_UP, peers.size())) peer.send(request);
        arrived.acquire(BLOCKING);
        long each = (Footprint.usedBytes() - before) / BLOCKING;
        gate.countDown();

        long charged = BlockingHandlers.charge(BLOCKING).eachBytes();
        long exchange = ServerSettings.EXCHANGE_BYTES + HeadLimits.DEFAULT.fieldsBytes();
        assertThat(each).isBetween(charged / 3, charged + exchange);
    }

    private static HttpServer openBlocking(Scene scene, BlockingHandler handler) {
        int inFlight = BLOCKING_WARM_UP + BLOCKING;
        var settings = WeirSettings.of("footprint", 64 << 20, inFlight).withCharge(BlockingHandlers.charge(inFlight));
        Weir weir =
                scene.closes(Weir.open(settings, LoopGroup.Drive.THREADS, Clock.system(), scene.ledger(), scene.tcp()));
        return HttpServer.open(
                weir,
                ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(inFlight),
                BlockingHandlers.of(weir, handler, inFlight));
    }

    private static HttpServer open(Scene scene, ManualLoops loops) {
        Weir weir = scene.closes(Weir.over(loops.group(), loops.network()));
        return HttpServer.open(weir, ServerSettings.at(Scene.ANY_PORT), exchange -> {});
    }
}
