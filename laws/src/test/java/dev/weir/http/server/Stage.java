package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.blocking.BlockingHandler;
import dev.weir.http.blocking.BlockingHandlers;
import dev.weir.runtime.Weir;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A server on loops turned by hand, its raw clients, and what its observer was told.
public final class Stage implements ServerObserver {
    public static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    public static final Endpoint ANY_PORT = Endpoint.loopback(0);
    public static final ServerSettings SETTINGS = settings(1000);
    public static final int IN_FLIGHT_MAX = 4;

    public final ManualLoops loops;
    public final Weir weir;
    public final HttpServer server;
    public final List<String> ended = new ArrayList<>();
    public final List<Duration> waited = new ArrayList<>();
    public int refused;
    private final Scene scene;

    private Stage(
            Scene scene,
            ManualLoops loops,
            ServerSettings settings,
            @Nullable ServerObserver observer,
            Function<Weir, LoopHandler> handler) {
        this.scene = scene;
        this.loops = loops;
        this.weir = scene.closes(Weir.over(loops.group(), loops.network()));
        this.server = HttpServer.open(weir, settings, handler.apply(weir), observer == null ? this : observer);
    }

    public static ServerSettings settings(int connectionsMax) {
        return ServerSettings.at(ANY_PORT)
                .withName("test")
                .withConnectionsMax(connectionsMax)
                .withMinRate(0)
                .withRequestTimeout(Duration.ofHours(1));
    }

    public static Stage open(Scene scene, LoopHandler handler) {
        return open(scene, scene.inMemory(), SETTINGS, handler);
    }

    public static Stage open(Scene scene, ManualLoops loops, ServerSettings settings, LoopHandler handler) {
        return new Stage(scene, loops, settings, null, weir -> handler);
    }

    public static Stage open(
            Scene scene, ManualLoops loops, ServerSettings settings, ServerObserver observer, LoopHandler handler) {
        return new Stage(scene, loops, settings, observer, weir -> handler);
    }

    /// Over real sockets, because only a kernel wakes a loop that a handler's thread has something for.
    public static Stage blocking(Scene scene, BlockingHandler handler) {
        var shape = Shape.SMALL.withCharge(BlockingHandlers.charge(IN_FLIGHT_MAX));
        return blocking(scene, shape, SETTINGS, handler);
    }

    public static Stage blocking(Scene scene, Shape shape, ServerSettings settings, BlockingHandler handler) {
        return new Stage(
                scene,
                scene.tcpByHand(shape),
                settings,
                null,
                weir -> BlockingHandlers.of(weir, handler, IN_FLIGHT_MAX));
    }

    @Override
    public void exchangeEnded(ServerExchange exchange) {
        var ending = exchange.ending();
        ended.add(exchange.status() + " " + ending.end().who().letter()
                + ending.phase().letter());
        waited.add(Duration.ofNanos(exchange.memoryWaitNanos()));
    }

    @Override
    public void refused() {
        refused++;
    }

    public RawPeer dial() {
        return scene.closes(loops.dial(server.local()));
    }

    public void pass(Duration time) {
        loops.pass(time);
    }

    /// One answer.
    public record Reply(int status, String head, String body) {
        public boolean has(String line) {
            return head.toLowerCase(Locale.ROOT).contains("\r\n" + line.toLowerCase(Locale.ROOT) + "\r\n");
        }
    }

    public static Reply read(RawPeer peer) {
        return read(peer, true);
    }

    public static Reply readHead(RawPeer peer) {
        return read(peer, false);
    }

    private static Reply read(RawPeer peer, boolean withBody) {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) head.append(peer.readText(1));
        assertThat(head).as("where an answer begins").startsWith("HTTP/1.1 ");
        int status = Integer.parseInt(head.substring(9, 12));
        String lower = head.toString().toLowerCase(Locale.ROOT);
        if (!withBody || status == 204 || status == 304 || status < 200) return new Reply(status, head.toString(), "");
        if (lower.contains("\r\ntransfer-encoding: chunked\r\n")) {
            return new Reply(status, head.toString(), chunks(peer));
        }
        int at = lower.indexOf("\r\ncontent-length: ");
        if (at < 0) return new Reply(status, head.toString(), peer.readToEnd().text());
        String length = lower.substring(at + 18, lower.indexOf('\r', at + 2));
        return new Reply(status, head.toString(), peer.readText(Integer.parseInt(length)));
    }

    private static String chunks(RawPeer peer) {
        var body = new StringBuilder();
        while (true) {
            var line = new StringBuilder();
            while (line.indexOf("\r\n") < 0) line.append(peer.readText(1));
            int size = Integer.parseInt(line.substring(0, line.length() - 2), 16);
            body.append(peer.readText(size));
            if (!peer.readText(2).equals("\r\n")) throw new AssertionError("a chunk has no end");
            if (size == 0) return body.toString();
        }
    }
}
