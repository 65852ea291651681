package dev.weir.gateway.log;

import dev.weir.gateway.metrics.GatewayMetrics;
import dev.weir.gateway.metrics.ListenerMetrics;
import dev.weir.gateway.request.RequestRecord;
import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.LoopHandler;
import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.ServerSettings;
import dev.weir.loop.LoopGroup;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.time.Clock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;

/// A server on one loop whose exchanges are logged and counted: each request gets a record, as the
/// forwarder would fill it.
final class LogStage {
    private static final byte[] UPSTREAM = "api".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ORIGIN = "127.0.0.1:9003".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ID = "abc-123".getBytes(StandardCharsets.US_ASCII);
    /// Answered without an origin.
    static final String LOCAL = "/answered-here";

    private static final Answer HELLO = Answer.text(200, "hello\n");
    private static final int BUDGET_BYTES = 8 << 20;

    private final Scene scene;
    private final Weir weir;
    private final AccessLog log;
    private final HttpServer server;
    private final ListenerMetrics metrics;
    private final ArrayDeque<RequestRecord> records = new ArrayDeque<>();
    private volatile boolean sentBefore;

    LogStage(Scene scene, LogTarget target) {
        this.scene = scene;
        var oneLoop = WeirSettings.of("log", BUDGET_BYTES + WeirSettings.connectionsBytes(100, 1), 100)
                .withLoops(1);
        weir = scene.closes(Weir.open(oneLoop, LoopGroup.Drive.THREADS, Clock.system(), scene.ledger(), scene.tcp()));
        log = scene.closes(AccessLog.open(weir, target));
        metrics =
                GatewayMetrics.of(weir, List.of("http"), List.of("web", "api")).listener("http");
        server = HttpServer.open(
                weir, ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(100), new Recycling(), this::ended);
        scene.closes(server::abort);
    }

    AccessLog log() {
        return log;
    }

    Weir weir() {
        return weir;
    }

    /// Whether the record of the last request for [#LOCAL] knew of a byte sent although nothing was.
    boolean wasSentBefore() {
        return sentBefore;
    }

    RawPeer dial() {
        return scene.dial(server.local());
    }

    /// Sends `text` and reads the answers until the server closes.
    String ask(String text) {
        try (RawPeer peer = dial()) {
            peer.send(text);
            return peer.readToEnd().text();
        }
    }

    /// As the gateway's own handler, which never uses an exchange after its end.
    private final class Recycling implements LoopHandler {
        @Override
        public void handle(ServerExchange exchange) {
            LogStage.this.handle(exchange);
        }

        @Override
        public boolean allowsRecycling() {
            return true;
        }
    }

    private void handle(ServerExchange exchange) {
        RequestRecord record = records.isEmpty() ? new RequestRecord() : records.removeLast();
        record.begin(exchange.request());
        exchange.attach(RequestRecord.KEY, record);
        // Why: the length first, because the text of the target is garbage, and one test counts it.
        int length = exchange.head().pathTo() - exchange.head().pathFrom();
        if (length == LOCAL.length() && exchange.target().equals(LOCAL)) {
            sentBefore = record.isSent();
            exchange.answer(HELLO);
            return;
        }
        record.setRequestId(ID, ID.length);
        record.setUpstream(UPSTREAM);
        record.setOrigin(ORIGIN);
        record.countAttempt();
        record.setReused(true);
        record.addPoolWait(2_000);
        record.addConnectTime(3_000);
        record.setRequestSent(1_000);
        record.setAnswerHead(5_000);
        exchange.answer(HELLO);
    }

    private void ended(ServerExchange exchange) {
        log.exchangeEnded(exchange);
        metrics.exchangeEnded(exchange);
        RequestRecord record = exchange.attachment(RequestRecord.KEY);
        if (record != null) records.addLast(record);
    }

    static String pipelined(int count, String path) {
        String one = "GET " + path + " HTTP/1.1\r\nHost: example.com:8080\r\n";
        return (one + "\r\n").repeat(count - 1) + one + "Connection: close\r\n\r\n";
    }

    static int answers(String text) {
        return List.of(text.split("HTTP/1.1 200 OK", -1)).size() - 1;
    }
}
