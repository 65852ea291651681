package dev.weir.gateway.admin;

import dev.weir.gateway.metrics.GatewayMetrics;
import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.loop.LoopGroup;
import dev.weir.memory.MemoryPlan;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// A server with something to tell, and the admin pages that tell it.
final class AdminStage {
    private static final Answer HELLO = Answer.text(200, "hello\n");
    private static final int BUDGET_BYTES = 8 << 20;

    private final Scene scene;
    private final Weir weir;
    private final HttpServer server;
    private final GatewayMetrics metrics;
    private final AdminServer admin;
    private volatile boolean ready = true;

    AdminStage(Scene scene, int connectionsMax) {
        this.scene = scene;
        int loops = Runtime.getRuntime().availableProcessors();
        long charged = WeirSettings.connectionsBytes(connectionsMax, loops);
        for (MemoryPlan.Line line : AdminServer.charges(loops).lines()) charged += line.bytes();
        var settings = WeirSettings.of("main", BUDGET_BYTES + charged, connectionsMax)
                .withLoops(loops)
                .withCharges(AdminServer.charges(loops).lines())
                .withFixedSlabs();
        weir = scene.closes(Weir.open(settings, LoopGroup.Drive.THREADS, Clock.system(), scene.ledger(), scene.tcp()));
        metrics = GatewayMetrics.of(weir, List.of("http"), List.of("api", "web"));
        var many = ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(connectionsMax);
        server = HttpServer.open(weir, many, exchange -> exchange.answer(HELLO), metrics.listener("http"));
        admin = AdminServer.open(
                Scene.ANY_PORT, new AdminServer.Sources(weir, metrics, () -> ready, List.of("weir.example.com")));
        scene.closes(this::closeAdmin);
    }

    void closeAdmin() {
        var report = admin.close(Deadline.in(Clock.system(), Duration.ofSeconds(5)));
        if (!report.isClean()) throw new AssertionError("the admin pages left " + report.survivors());
    }

    Weir weir() {
        return weir;
    }

    GatewayMetrics metrics() {
        return metrics;
    }

    Endpoint serverAddress() {
        return server.local();
    }

    Endpoint adminAddress() {
        return admin.local();
    }

    void notReady() {
        ready = false;
    }

    /// A connection to the server that is told of.
    RawPeer dialServer() {
        return scene.dial(server.local());
    }

    /// A connection to the admin pages.
    RawPeer dialAdmin() {
        return scene.dial(admin.local());
    }

    /// Opens connections that have had an answer.
    void connect(int count) {
        var peers = new ArrayList<RawPeer>();
        for (int i = 0; i < count; i++) peers.add(dialServer());
        for (RawPeer peer : peers) peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        for (RawPeer peer : peers) peer.readText(20);
    }

    /// Asks again and again until the answer is as wanted; the test's own time-out ends it.
    <T> T until(Supplier<T> question, Predicate<T> wanted) {
        while (true) {
            T answer = question.get();
            if (wanted.test(answer)) return answer;
        }
    }

    /// The whole answer of the admin server.
    String ask(String method, String path, String host) {
        try (RawPeer peer = scene.dial(admin.local())) {
            peer.send(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            return peer.readToEnd().text();
        }
    }

    String get(String path) {
        return ask("GET", path, "127.0.0.1:8081");
    }

    /// The body of a page, put together from its chunks.
    String body(String path) {
        String answer = get(path);
        int end = answer.indexOf("\r\n\r\n") + 4;
        return answer.substring(0, end).contains("chunked") ? dechunked(answer.substring(end)) : answer.substring(end);
    }

    private static String dechunked(String chunks) {
        var body = new StringBuilder();
        for (int at = 0; ; ) {
            int line = chunks.indexOf("\r\n", at);
            int size = Integer.parseInt(chunks.substring(at, line), 16);
            if (size == 0) return body.toString();
            body.append(chunks, line + 2, line + 2 + size);
            at = line + 2 + size + 2;
        }
    }
}
