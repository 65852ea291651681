package dev.weir.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Roster;
import dev.weir.gateway.request.RequestRecord;
import dev.weir.http.server.Answer;
import dev.weir.http.server.End;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.ServerSettings;
import dev.weir.http.server.StaticAnswers;
import dev.weir.loop.LoopGroup;
import dev.weir.loop.Parking;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.Footprint;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.time.Clock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Proves that each request is counted once, under what became of it. A handler lets requests end as their paths
/// say.
@Balanced
final class GatewayMetricsTest {
    private static final byte[] API = "api".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ORIGIN = "10.0.0.1:80".getBytes(StandardCharsets.US_ASCII);
    private static final Answer ERROR = Answer.text(502, "the origin's own\n");
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
        record.begin(exchange.request());
        exchange.attach(RequestRecord.KEY, record);
        String path = exchange.target();
        if (!path.equals("/no-route")) record.setUpstream(API);
        switch (path) {
            case "/no-route" -> refuse(exchange, End.NO_ROUTE, 404);
            case "/pool-full" -> refuse(exchange, End.QUEUE_FULL, 503);
            case "/unreachable" -> {
                record.countAttempt();
                record.countAttempt();
                refuse(exchange, End.CONNECT_FAILED, 503);
            }
            case "/silent" -> {
                record.countAttempt();
                record.markSent();
                refuse(exchange, End.ORIGIN_SILENT, 502);
            }
            case "/error" -> {
                record.countAttempt();
                record.addPoolWait(3_000_000);
                record.setOrigin(ORIGIN);
                record.setRequestSent(exchange.loop().nowNanos());
                exchange.answer(ERROR);
            }
            case "/cut" -> exchange.stream().abort(CloseReason.BROKEN);
            default -> {
                record.countAttempt();
                record.addPoolWait(3_000_000);
                record.setOrigin(ORIGIN);
                record.setRequestSent(exchange.loop().nowNanos());
                exchange.answer(HELLO);
            }
        }
    }

    private static void refuse(ServerExchange exchange, End how, int status) {
        exchange.ending().note(how);
        exchange.refuse(StaticAnswers.of(status));
    }

    private static void ask(Scene scene, HttpServer server, String path) {
        try (RawPeer peer = scene.dial(server.local())) {
            peer.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(peer.readToEnd().bytes()).isNotNegative();
        }
    }

    @Test
    void eachRequestIsCountedOnceUnderItsOutcome(Scene scene) throws InterruptedException {
        Weir weir = weir(scene);
        var metrics = GatewayMetrics.of(weir, List.of("public"), List.of("web", "api"));
        HttpServer server = HttpServer.open(
                weir,
                ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(100),
                GatewayMetricsTest::handle,
                metrics.listener("public"));

        for (String path : List.of("/", "/no-route", "/pool-full", "/unreachable", "/silent", "/cut", "/error")) {
            ask(scene, server, path);
        }
        String text = text(metrics);

        assertThat(text)
                .contains(outcome("api", "10.0.0.1:80", "replied", "2xx", 1))
                .contains(outcome("api", "10.0.0.1:80", "replied", "5xx", 1))
                .contains(outcome("none", "none", "refused", "4xx", 1))
                .contains(outcome("api", "none", "not_sent", "5xx", 2))
                .contains(outcome("api", "none", "maybe_sent", "5xx", 1))
                .contains(outcome("api", "none", "aborted", "none", 1))
                .contains("http_server_requests_seconds_count{upstream=\"api\"} 6")
                .contains("http_server_requests_seconds_count{upstream=\"none\"} 1")
                .contains("http_server_requests_seconds_count{upstream=\"web\"} 0")
                .contains("weir_requests_repeated_total{upstream=\"api\"} 1\n")
                .contains("weir_pool_acquire_seconds_count{upstream=\"api\"} 4\n")
                .contains("weir_pool_acquire_seconds_sum{upstream=\"api\"} 0.006\n");
        assertThat(metrics.traffic().requests()).isEqualTo(7);
        assertThat(metrics.traffic().buckets().stream()
                        .mapToLong(RequestTotals.Bucket::requests)
                        .sum())
                .isEqualTo(7);
        assertThat(metrics.traffic().statuses())
                .containsExactly(
                        new RequestTotals.Named("none", 1),
                        new RequestTotals.Named("1xx", 0),
                        new RequestTotals.Named("2xx", 1),
                        new RequestTotals.Named("3xx", 0),
                        new RequestTotals.Named("4xx", 1),
                        new RequestTotals.Named("5xx", 4));
    }

    private static String outcome(String upstream, String origin, String outcome, String status, int count) {
        return "weir_requests_outcome_total{listener=\"public\",upstream=\"" + upstream + "\",origin=\"" + origin
                + "\",outcome=\"" + outcome + "\",status=\"" + status + "\"} " + count + "\n";
    }

    private static String text(GatewayMetrics metrics) throws InterruptedException {
        var out = new ByteArrayOutputStream();
        try {
            metrics.write(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void refusedAndCutRequestsAreCountedWithTheirBytes(Scene scene) throws InterruptedException {
        Weir weir = weir(scene);
        var metrics = GatewayMetrics.of(weir, List.of("public"), List.of());
        HttpServer server = HttpServer.open(
                weir,
                ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(100),
                GatewayMetricsTest::handle,
                metrics.listener("public"));
        String refused = "GET / HTTP/1.1\r\nHost: a b\r\n\r\n";
        String torn = "GET / HTTP/1.1\r\nHo";
        int answered;
        try (RawPeer peer = scene.dial(server.local())) {
            peer.send(refused);
            answered = peer.readToEnd().bytes();
        }
        try (RawPeer peer = scene.dial(server.local())) {
            peer.send(torn);
            peer.endOutput();
            assertThat(peer.readToEnd().bytes()).isZero();
        }

        while (metrics.traffic().requests() < 2) Thread.onSpinWait();

        assertThat(answered).isPositive();
        assertThat(text(metrics))
                .contains(outcome("none", "none", "refused", "4xx", 1))
                .contains(outcome("none", "none", "aborted", "none", 1))
                .contains("weir_bytes_total{listener=\"public\",direction=\"in\"} " + (refused.length() + torn.length())
                        + "\n")
                .contains("weir_bytes_total{listener=\"public\",direction=\"out\"} " + answered + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "1, 1, 0.000000001",
        "-7, -7, 0",
        "1500000000, 1500000000, 1.5",
        "9223372036854775807, 9223372036854775807, 9223372036.854775807",
        "-9223372036854775808, -9223372036854775808, 0",
        "60000000000, 60000000000, 60"
    })
    void numbersAndTimesAreWrittenToTheLastDigit(long value, String number, String seconds) throws IOException {
        var out = new ByteArrayOutputStream();
        var text = new MetricText(out);

        text.count(value);
        text.seconds(value);
        text.flush();

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(number + "\n" + seconds + "\n");
    }

    @Test
    void labelValuesAreEscaped() {
        assertThat(Labels.of("one", "a\"b").and("other", "c\\d\ne").text())
                .isEqualTo("{one=\"a\\\"b\",other=\"c\\\\d\\ne\"}");
    }

    @Test
    void residentMemoryIsReadFromTheSystem() {
        byte[] status = "Name:\tjava\nVmHWM:\t  9999 kB\nVmRSS:\t   12345 kB\nRssAnon:\t 1 kB\n"
                .getBytes(StandardCharsets.US_ASCII);

        assertThat(ProcessMetrics.residentBytes(status, status.length)).isEqualTo(12345 * 1024);
        assertThat(ProcessMetrics.residentBytes(status, 5)).isNegative();
    }

    @Test
    void requestsCreateNoNewSeries(Scene scene) throws InterruptedException {
        Weir weir = weir(scene);
        var metrics = GatewayMetrics.of(weir, List.of("public"), List.of("api"));
        HttpServer server = HttpServer.open(
                weir,
                ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(100),
                GatewayMetricsTest::handle,
                metrics.listener("public"));
        long before = series(metrics);

        for (int i = 0; i < 20; i++) ask(scene, server, "/" + i);

        assertThat(series(metrics)).isLessThanOrEqualTo(before + 8);
    }

    /// Those of connections come and go with their states, of which there are five.
    private static long series(GatewayMetrics metrics) throws InterruptedException {
        return text(metrics).lines().filter(line -> !line.startsWith("#")).count();
    }

    @Test
    @DisplayName("W-05 a request that took exactly the bound of a bucket belongs to it")
    void theUpperBoundOfABucketIsInclusive(Scene scene) {
        var loop = weir(scene).group().loops().getFirst();
        var metrics = new UpstreamMetrics("api", 8);

        metrics.exchangeEnded(loop, 1_000_000, null);
        metrics.exchangeEnded(loop, 1_000_001, null);
        metrics.exchangeEnded(loop, 30_000_000_000L, null);
        metrics.exchangeEnded(loop, 30_000_000_001L, null);

        assertThat(metrics.buckets()).startsWith(1, 1, 0).endsWith(0, 1, 1);
    }

    @Test
    void anUnknownListenerIsRefused(Scene scene) {
        var metrics = GatewayMetrics.of(weir(scene), List.of("public"), List.of());

        assertThatThrownBy(() -> metrics.listener("other")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void footprintOfALoopQueryIsWhatIsCharged(Scene scene) {
        scene.withoutPlaces();
        var roster = weir(scene).connections().rosters().getFirst();
        var parking = new Parking(Clock.system());

        assertThat(Footprint.bytesEach(2_000, () -> new LoopQuery<Integer>(parking).task(roster, Roster::live)))
                .isBetween(LoopQuery.BYTES * 3 / 4, LoopQuery.BYTES);
    }
}
