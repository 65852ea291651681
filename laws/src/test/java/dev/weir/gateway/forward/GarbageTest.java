package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.gateway.config.Route;
import dev.weir.gateway.config.Upstream;
import dev.weir.gateway.log.AccessLog;
import dev.weir.gateway.log.LogTarget;
import dev.weir.gateway.metrics.GatewayMetrics;
import dev.weir.gateway.route.RouteTable;
import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.LoopHandler;
import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.ServerObserver;
import dev.weir.http.server.ServerSettings;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.time.Clock;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import dev.weir.transport.tcp.SocketAddresses;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Proves that a request through server, forwarder, log and metrics leaves nothing for the collector, by
/// the JVM's count of allocated bytes. Real sockets; gateway and origin on loops turned by the thread that
/// is measured.
@Balanced
final class GarbageTest {
    private static final int ROUNDS = 10_000;
    private static final int CONNECTIONS_MAX = 20_000;
    private static final int MEASUREMENTS = 4;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ByteBuffer got = ByteBuffer.allocateDirect(16 * 1024);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aForwardedRequestAllocatesNothing(Scene scene) throws IOException {
        scene.withoutPlaces();
        Network network = scene.tcp();
        Weir weir = scene.closes(open(scene, network));
        LoopHandler echo = new Echo();
        var origin = HttpServer.open(weir, ServerSettings.at(Scene.ANY_PORT), echo);
        var upstream = new Upstream(
                "web",
                List.of(Endpoint.of("127.0.0.1", origin.local().port())),
                Upstream.Balance.ROUND_ROBIN,
                Upstream.Pool.DEFAULT,
                Upstream.Timeouts.DEFAULT,
                Upstream.Retry.SAFE);
        var upstreams = Upstreams.open(weir, List.of(upstream));
        var log = AccessLog.open(weir, LogTarget.file(folder.resolve("access.log")));
        var metrics = GatewayMetrics.of(weir, List.of("stage"), List.of("web")).listener("stage");
        var settings = ServerSettings.at(Scene.ANY_PORT);
        var routes = RouteTable.of(List.of(new Route("", "/", "web")));
        var server = HttpServer.open(
                weir,
                settings,
                new Forwarder(weir.group().loops(), routes, upstreams, settings, Via.named("weir")),
                both(metrics, log));
        try (var channel = SocketChannel.open(SocketAddresses.of(server.local()))) {
            channel.configureBlocking(false);
            for (String request : new String[] {
                "GET /a HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n",
                "POST /a HTTP/1.1\r\nHost: h\r\nX-Request-Id: one\r\nContent-Length: 4\r\n\r\nbody",
                "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
            }) {
                assertThat(allocatedPerRequest(weir, channel, request))
                        .as(request)
                        .isLessThan(1.0);
            }
        } finally {
            server.abort();
            origin.abort();
            upstreams.close();
            for (int i = 0; i < 100; i++) turn(weir);
            log.close();
        }
    }

    private static ServerObserver both(ServerObserver first, ServerObserver second) {
        return exchange -> {
            first.exchangeEnded(exchange);
            second.exchangeEnded(exchange);
        };
    }

    private static final class Answers200 {
        private static final Answer ANSWER = Answer.text(200, "token");
    }

    private static Weir open(Scene scene, Network network) {
        var settings = WeirSettings.of(
                        "garbage", (8L << 20) + WeirSettings.connectionsBytes(CONNECTIONS_MAX, 1), CONNECTIONS_MAX)
                .withLoops(1);
        return Weir.open(settings, LoopGroup.Drive.BY_HAND, Clock.system(), scene.ledger(), network);
    }

    private static void turn(Weir weir) {
        List<EventLoop> loops = weir.group().loops();
        for (int i = 0; i < loops.size(); i++) loops.get(i).turn(0);
    }

    /// An origin that allocates nothing itself.
    private static final class Echo implements LoopHandler {
        @Override
        public void handle(ServerExchange exchange) {
            exchange.answer(Answers200.ANSWER);
        }

        @Override
        public boolean allowsRecycling() {
            return true;
        }
    }

    /// The least of several measurements: the JVM itself allocates now and then, when it compiles or resolves.
    private double allocatedPerRequest(Weir weir, SocketChannel channel, String request) throws IOException {
        byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
        var out = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        EventLoop loop = weir.group().loops().getFirst();
        long self = Thread.currentThread().threadId();
        long least = Long.MAX_VALUE;
        for (int measurement = 0; measurement < MEASUREMENTS; measurement++) {
            long before = threads.getThreadAllocatedBytes(self);
            for (int i = 0; i < ROUNDS; i++) exchange(loop, channel, out);
            least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
        }
        return (double) least / ROUNDS;
    }

    /// One request and its whole answer, which ends with the token.
    private void exchange(EventLoop loop, SocketChannel channel, ByteBuffer out) throws IOException {
        out.rewind();
        while (out.hasRemaining()) channel.write(out);
        got.clear();
        while (!isWhole()) {
            loop.turn(0);
            if (channel.read(got) < 0) throw new AssertionError("the gateway closed the connection");
        }
    }

    private boolean isWhole() {
        int end = got.position();
        return end > 5 && got.get(end - 1) == 'n' && got.get(end - 2) == 'e' && got.get(end - 3) == 'k';
    }
}
