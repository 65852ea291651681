package dev.weir.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Roster;
import dev.weir.gateway.log.RequestRecord;
import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.ServerSettings;
import dev.weir.http.server.StaticAnswers;
import dev.weir.loop.LoopGroup;
import dev.weir.loop.Parking;
import dev.weir.server.Weir;
import dev.weir.server.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.Footprint;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.time.Clock;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that each request is counted once, under what became of it. A handler lets requests end as their paths
/// say.
@Balanced
final class GatewayMetricsTest {
    private static final byte[] API = "api".getBytes(StandardCharsets.US_ASCII);
    private static final Answer HELLO = Answer.text(200, "hello\n");

    private static Weir weir(Scene scene) {
        return scene.closes(Weir.open(
                WeirSettings.of("metrics", 8 << 20, 100),
                LoopGroup.Drive.THREADS,
                Clock.system(),
                scene.ledger(),
                scene.tcp()));
    }

    private static void handle(ServerExchange exchange) {
        var record = new RequestRecord();
        record.begin(exchange);
        exchange.attach(record);
        String path = exchange.target();
        if (!path.equals("/no-route")) record.upstream(API);
        switch (path) {
            case "/no-route" -> refuse(exchange, 'L', 404);
            case "/pool-full" -> refuse(exchange, 'R', 503);
            case "/unreachable" -> {
                record.attempt();
                record.attempt();
                refuse(exchange, 'S', 503);
            }
            case "/silent" -> {
                record.attempt();
                record.sent();
                refuse(exchange, 'S', 502);
            }
            case "/cut" -> exchange.abort(CloseReason.BROKEN);
            default -> {
                record.attempt();
                record.poolWaited(3_000_000);
                record.requestSent(exchange.loop().nowNanos());
                exchange.answer(HELLO);
            }
        }
    }

    private static void refuse(ServerExchange exchange, char who, int status) {
        exchange.ending().note(who, 'H', "as the test says");
        exchange.refuse(StaticAnswers.of(status));
    }

    private static void ask(Scene scene, HttpServer server, String path) {
        try (RawPeer peer = scene.dial(server.local())) {
            peer.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(peer.readToEnd().bytes()).isNotNegative();
        }
    }

    @Test
    void eachRequestIsCountedOnceUnderWhatBecameOfIt(Scene scene) throws InterruptedException {
        Weir weir = weir(scene);
        var metrics = GatewayMetrics.of(weir, List.of("public"), List.of("web", "api"));
        HttpServer server = HttpServer.open(
                weir,
                ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(100),
                GatewayMetricsTest::handle,
                metrics.listener("public"));

        for (String path : List.of("/", "/no-route", "/pool-full", "/unreachable", "/silent", "/cut")) {
            ask(scene, server, path);
        }
        String text = metrics.scrape();

        assertThat(text)
                .contains(outcome("replied", "2xx", 1))
                .contains(outcome("refused", "4xx", 1))
                .contains(outcome("not_sent", "5xx", 2))
                .contains(outcome("maybe_sent", "5xx", 1))
                .contains(outcome("aborted", "none", 1))
                .contains("http_server_requests_seconds_count{upstream=\"api\"} 5")
                .contains("http_server_requests_seconds_count{upstream=\"none\"} 1")
                .contains("http_server_requests_seconds_count{upstream=\"web\"} 0")
                .contains("weir_requests_repeated_total{upstream=\"api\"} 1.0")
                .contains("weir_pool_acquire_seconds_count{upstream=\"api\"} 3")
                .contains("weir_pool_acquire_seconds_sum{upstream=\"api\"} 0.003");
        assertThat(metrics.traffic().requests()).isEqualTo(6);
        assertThat(metrics.traffic().buckets().stream()
                        .mapToLong(Traffic.Bucket::requests)
                        .sum())
                .isEqualTo(6);
    }

    private static String outcome(String outcome, String status, int count) {
        return "weir_requests_outcome_total{listener=\"public\",outcome=\"" + outcome + "\",status=\"" + status + "\"} "
                + count + ".0\n";
    }

    @Test
    void requestsMakeNoNewSeries(Scene scene) throws InterruptedException {
        Weir weir = weir(scene);
        var metrics = GatewayMetrics.of(weir, List.of("public"), List.of("api"));
        HttpServer server = HttpServer.open(
                weir,
                ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(100),
                GatewayMetricsTest::handle,
                metrics.listener("public"));
        long before = series(metrics);

        for (int i = 0; i < 20; i++) ask(scene, server, "/" + i);

        assertThat(series(metrics)).isLessThanOrEqualTo(before + 3);
    }

    /// Those of connections come and go with their states, of which there are five.
    private static long series(GatewayMetrics metrics) throws InterruptedException {
        return metrics.scrape().lines().filter(line -> !line.startsWith("#")).count();
    }

    @Test
    @DisplayName("W-05 a request that took exactly the bound of a bucket belongs to it")
    void theBoundOfABucketBelongsToIt(Scene scene) {
        var loop = weir(scene).group().loops().getFirst();
        var metrics = new UpstreamMetrics("api", 8);

        metrics.exchangeEnded(loop, 1_000_000, null);
        metrics.exchangeEnded(loop, 1_000_001, null);
        metrics.exchangeEnded(loop, 30_000_000_000L, null);
        metrics.exchangeEnded(loop, 30_000_000_001L, null);

        assertThat(metrics.buckets()).startsWith(1, 1, 0).endsWith(0, 1, 1);
    }

    @Test
    void theLabelOfAConnectionTellsItsPlace() {
        assertThat(Place.of("downstream http")).isEqualTo(new Place(Place.Side.DOWNSTREAM, ""));
        assertThat(Place.of("upstream api 127.0.0.1:9003")).isEqualTo(new Place(Place.Side.UPSTREAM, "api"));
    }

    @Test
    void aListenerThatWasNotNamedIsRefused(Scene scene) {
        var metrics = GatewayMetrics.of(weir(scene), List.of("public"), List.of());

        assertThatThrownBy(() -> metrics.listener("other")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aQuestionToALoopWeighsWhatIsCharged(Scene scene) {
        scene.withoutPlaces();
        var roster = weir(scene).connections().rosters().getFirst();
        var parking = new Parking(Clock.system());

        assertThat(Footprint.bytesEach(2_000, () -> new LoopQuestion<Integer>(parking).task(roster, Roster::live)))
                .isBetween(LoopQuestion.BYTES * 3 / 4, LoopQuestion.BYTES);
    }
}
