package dev.weir.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.loop.Mailbox;
import dev.weir.memory.BufferPool;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Proves that the admin pages have the shape that is promised, and answer when the gateway's own memory is
/// gone. A server over real sockets is told of; a JSON reader that is not ours reads the pages.
@Balanced
final class AdminServerTest {
    private final ObjectMapper mapper = new ObjectMapper();

    private JsonNode json(AdminStage stage, String path) {
        return mapper.readTree(stage.body(path));
    }

    @Test
    void readinessFollowsTheGatewayAndLivenessDoesNot(Scene scene) {
        var stage = new AdminStage(scene, 10);
        assertThat(stage.get("/readyz")).startsWith("HTTP/1.1 200");

        stage.notReady();

        assertThat(stage.get("/readyz")).startsWith("HTTP/1.1 503").contains("starting or stopping");
        assertThat(stage.get("/livez")).startsWith("HTTP/1.1 200").contains("alive");
    }

    @Test
    void aStuckLoopFailsLivenessAndReadinessAndIsNamed(Scene scene) {
        var stage = new AdminStage(scene, 10);
        var released = new CountDownLatch(1);
        stage.weir().group().loops().getFirst().post(new Mailbox.Node(() -> await(released)));

        String dead = stage.get("/livez");
        String notReady = stage.get("/readyz");
        released.countDown();

        assertThat(dead).startsWith("HTTP/1.1 503").contains("no turn within 2 s of main-0");
        assertThat(notReady).startsWith("HTTP/1.1 503").contains("main-0");
        assertThat(stage.get("/livez")).startsWith("HTTP/1.1 200");
    }

    @Test
    void concurrentProbesAreAllAnswered(Scene scene) {
        var stage = new AdminStage(scene, 10);
        var released = new CountDownLatch(1);
        stage.weir().group().loops().getFirst().post(new Mailbox.Node(() -> await(released)));
        var probes = new ArrayList<RawPeer>();
        for (int i = 0; i < 4; i++) {
            RawPeer probe = stage.dialAdmin();
            probe.send("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            probes.add(probe);
        }
        probes.removeFirst().reset(); // one leaves while it waits

        released.countDown();

        for (RawPeer probe : probes) assertThat(probe.readToEnd().text()).startsWith("HTTP/1.1 200");
    }

    private static void await(CountDownLatch released) {
        try {
            released.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"weir.example", "10.0.0.7:8081", "[::1]", "localhost"})
    void probesAreAnsweredUnderAnyHost(String host, Scene scene) {
        var stage = new AdminStage(scene, 10);

        assertThat(stage.ask("GET", "/livez", host)).startsWith("HTTP/1.1 200");
        assertThat(stage.ask("GET", "/readyz", host)).startsWith("HTTP/1.1 200");
    }

    /// What 24 others do to the address of the admin pages. The time limit is below the time after which an idle
    /// connection is closed.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET /livez HT",
                "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /connections HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nx"
            })
    @Timeout(10)
    void whoHoldsConnectionsToThePagesKeepsNoProbeOut(String said, Scene scene) {
        var stage = new AdminStage(scene, 400);
        stage.connect(300); // so that /connections is more than a socket takes
        var others = new ArrayList<RawPeer>();
        for (int i = 0; i < 24; i++) {
            RawPeer one = stage.dialAdmin();
            if (!said.isEmpty()) one.send(said);
            others.add(one);
        }

        for (int i = 0; i < 5; i++) assertThat(stage.get("/livez")).startsWith("HTTP/1.1 200");

        assertThat(others).hasSize(24);
    }

    @Test
    @DisplayName("H-13 the admin pages answer while nobody has memory, and tell who has it")
    void pagesAnswerWhileTheGatewayHasNoMemory(Scene scene) {
        var stage = new AdminStage(scene, 10);
        BufferPool pool = stage.weir().group().budget().pool();
        var held = new ArrayList<Buffer>();
        while (true) {
            Buffer one = pool.tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, BufferPool.NO_LOOP, "test");
            if (one == null) break;
            held.add(one);
        }

        assertThat(stage.get("/livez")).startsWith("HTTP/1.1 200");
        assertThat(stage.get("/")).startsWith("HTTP/1.1 200");
        JsonNode memory = json(stage, "/memory");
        assertThat(memory.get("purposes").get(0).get("purpose").asString()).isEqualTo("test");
        assertThat(memory.get("purposes").get(0).get("blocks").asInt()).isEqualTo(held.size());
        assertThat(memory.get("reserveUsedBytes").asLong())
                .isEqualTo(memory.get("reserveBytes").asLong());
        held.forEach(Buffer::release);
    }

    @Test
    void memoryPageHasTheDocumentedKeys(Scene scene) {
        var stage = new AdminStage(scene, 10);
        JsonNode page = json(stage, "/memory");

        assertThat(page.propertyNames())
                .containsExactly(
                        "budgetBytes",
                        "usedBytes",
                        "peakBytes",
                        "blocksBytes",
                        "slabsBytes",
                        "reserveBytes",
                        "reserveUsedBytes",
                        "plan",
                        "purposes",
                        "connections",
                        "fairBy",
                        "waiters",
                        "oldestWaitMicros",
                        "oldestMicros",
                        "grants",
                        "passedOn",
                        "gaveUp",
                        "gaveUpWhy",
                        "starved");
        assertThat(page.get("gaveUpWhy").propertyNames()).containsExactly("timedOut", "ended");
        assertThat(page.get("oldestMicros").propertyNames()).containsExactly("drain", "response", "handle", "intake");
        assertThat(page.get("waiters").propertyNames()).containsExactly("drain", "response", "handle", "intake");
        long sum = 0;
        for (JsonNode line : page.get("plan")) sum += line.get("bytes").asLong();
        assertThat(sum).as("the plan adds up").isEqualTo(page.get("budgetBytes").asLong());
        assertThat(page.get("budgetBytes").asLong())
                .isEqualTo(stage.weir().group().budget().plan().budgetBytes());
    }

    @Test
    void memoryPageShowsTheHolderOfABlockWithPeerAndAge(Scene scene) {
        var stage = new AdminStage(scene, 10);
        stage.connect(1);
        try (RawPeer slow = stage.dialServer()) {
            slow.send("GET / HTTP/1.1\r\nHost: a\r\n");
            JsonNode rows = stage.until(
                    () -> json(stage, "/memory").get("connections"),
                    found -> found.size() == 1 && found.get(0).get("bytes").asInt() == BlockSize.SMALL.bytes());

            // Why: the other is idle and holds nothing.
            JsonNode row = rows.get(0);
            assertThat(row.propertyNames())
                    .containsExactly("id", "side", "upstream", "peer", "blocks", "bytes", "oldestMillis", "purposes");
            assertThat(row.get("purposes").toString()).isEqualTo("[\"request head\"]");
            assertThat(row.get("peer").asString()).startsWith("127.0.0.1:");
            assertThat(row.get("oldestMillis").asLong()).isNotNegative();
            assertThat(json(stage, "/memory").get("purposes").toString())
                    .contains("{\"purpose\":\"request head\",\"blocks\":1,\"bytes\":2048,");
        }
    }

    @Test
    void browsersGetHtmlAndOthersJson(Scene scene) {
        var stage = new AdminStage(scene, 10);

        assertThat(stage.ask("GET", "/memory", "localhost\r\nAccept: text/html,application/xhtml+xml"))
                .contains("Content-Type: text/html", "script-src 'sha256-", "<title>Weir: memory</title>");
        assertThat(stage.ask("GET", "/memory", "localhost\r\nAccept: */*")).contains("Content-Type: application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/memory", "/connections"})
    void eachPageLeadsToTheOthersAndFitsANarrowScreen(String path, Scene scene) {
        String page = new AdminStage(scene, 10).ask("GET", path, "localhost\r\nAccept: text/html");

        assertThat(page).contains("Content-Type: text/html", "script-src 'sha256-");
        for (String other : List.of("/", "/memory", "/connections", "/metrics")) {
            if (!other.equals(path)) assertThat(page).contains("<a href=\"" + other + "\">");
        }
        assertThat(page)
                .contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                .contains("minmax(min(100%,", "overflow-x: auto")
                .doesNotContain("minmax(20rem", " style=")
                // Why: a wide table is moved aside; one that is squeezed cuts an address into five lines.
                .doesNotContain("overflow-wrap: anywhere", "word-break");
        // Why: a script that names what is not there fails in the browser only.
        var named = Pattern.compile("(?:by|rows)\\('([a-zA-Z]+)'").matcher(page);
        while (named.find()) assertThat(page).contains("id=\"" + named.group(1) + "\"");
    }

    @Test
    void everyConnectionIsListed(Scene scene) {
        int count = 1_000;
        var stage = new AdminStage(scene, count);
        stage.connect(count);

        JsonNode page = json(stage, "/connections");

        assertThat(page.size()).isEqualTo(count);
        assertThat(page.get(0).propertyNames())
                .containsExactly(
                        "id", "side", "state", "peer", "upstream", "openMillis", "bytesIn", "bytesOut", "buffersHeld");
        var ids = new TreeSet<Long>();
        for (JsonNode row : page) {
            ids.add(row.get("id").asLong());
            assertThat(row.get("side").asString()).isEqualTo("downstream");
            assertThat(row.get("state").asString()).isEqualTo("open");
            assertThat(row.get("upstream").isNull()).isTrue();
            assertThat(row.get("bytesIn").asLong()).isPositive();
            assertThat(row.get("buffersHeld").asInt()).isZero();
        }
        assertThat(ids).hasSize(count);
    }

    @Test
    void statusAndMetricsCountTheSameRequests(Scene scene) {
        var stage = new AdminStage(scene, 10);
        stage.connect(3);

        JsonNode status = json(stage, "/status");
        String metrics = stage.body("/metrics");

        assertThat(status.get("requests").asInt()).isEqualTo(3);
        assertThat(status.get("outcomes").get("replied").asInt()).isEqualTo(3);
        assertThat(status.get("statuses").get("2xx").asInt()).isEqualTo(3);
        assertThat(status.get("statuses").get("5xx").asInt()).isZero();
        assertThat(status.get("connections").toString())
                .isEqualTo("[{\"side\":\"downstream\",\"upstream\":\"\",\"state\":\"open\",\"count\":3}]");
        assertThat(metrics)
                .contains(
                        "weir_requests_outcome_total{listener=\"http\",upstream=\"none\",origin=\"none\",outcome=\"replied\",status=\"2xx\"} 3\n")
                .contains("http_server_requests_seconds_count{upstream=\"none\"} 3")
                .contains("http_server_request_duration_seconds_bucket{upstream=\"api\",le=\"+Inf\"} 0")
                .contains("weir_connections{side=\"downstream\",upstream=\"\",state=\"open\"} 3\n")
                .contains("weir_memory_budget_bytes ", "weir_memory_used_bytes ", "weir_memory_peak_bytes ")
                .contains(
                        "weir_memory_waiters{urgency=\"intake\"} 0\n",
                        "weir_memory_gave_up_total{reason=\"timed_out\"} 0\n")
                .contains("weir_memory_wait_seconds_count 0")
                .contains("weir_pool_acquire_seconds_count{upstream=\"api\"} 0");
    }

    @Test
    void unknownPagesAndWrongMethodsAreRefusedWithAReason(Scene scene) {
        var stage = new AdminStage(scene, 10);

        assertThat(stage.get("/nothing")).startsWith("HTTP/1.1 404").contains("/memory");
        assertThat(stage.ask("POST", "/memory", "localhost"))
                .startsWith("HTTP/1.1 405")
                .contains("Allow: GET, HEAD");
        assertThat(stage.ask("DELETE", "/livez", "localhost")).startsWith("HTTP/1.1 405");
    }

    @Test
    void headHasNoBody(Scene scene) {
        var stage = new AdminStage(scene, 10);

        for (String path : new String[] {"/", "/livez", "/metrics", "/memory", "/connections"}) {
            assertThat(stage.ask("HEAD", path, "[::1]:8081"))
                    .as(path)
                    .startsWith("HTTP/1.1 200")
                    .endsWith("\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8081", "0x7f.1"})
    void foreignHostNamesAreRefused(String host, Scene scene) {
        var stage = new AdminStage(scene, 10);

        assertThat(stage.ask("GET", "/memory", host)).startsWith("HTTP/1.1 403");
        assertThat(stage.ask("GET", "/livez", host)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"weir.example.com", "WEIR.Example.com:8081"})
    void pagesAreServedUnderConfiguredHostNames(String host, Scene scene) {
        var stage = new AdminStage(scene, 10);

        assertThat(stage.ask("GET", "/memory", host)).startsWith("HTTP/1.1 200");
    }

    @Test
    void contentSecurityPolicyAllowsOnlyThePagesOwnScript(Scene scene) {
        String answer = new AdminStage(scene, 10).get("/");
        String head = answer.substring(0, answer.indexOf("\r\n\r\n"));

        assertThat(head)
                .contains("default-src 'none'", "connect-src 'self'", "script-src 'sha256-")
                .doesNotContain("unsafe");
        String hash = head.replaceAll("(?s).*script-src 'sha256-([^']*)'.*", "$1");
        assertThat(Base64.getDecoder().decode(hash)).hasSize(32);
        assertThat(answer).doesNotContain(" style=").doesNotContain(" onclick=");
    }

    @Test
    void anAddressInUseLeavesNothingOpen(Scene scene) {
        var stage = new AdminStage(scene, 10);
        var sources = new AdminServer.Sources(stage.weir(), stage.metrics(), () -> true, List.of());
        stage.closeAdmin();
        long reserved = stage.weir().group().budget().reservedBytes();

        assertThatThrownBy(() -> AdminServer.open(stage.serverAddress(), sources))
                .isInstanceOf(TransportException.class);
        assertThat(stage.weir().group().budget().reservedBytes()).isEqualTo(reserved);
    }

    @Test
    void eachAdminServerReservesItsShareAndReleasesIt(Scene scene) {
        var stage = new AdminStage(scene, 10);
        var sources = new AdminServer.Sources(stage.weir(), stage.metrics(), () -> true, List.of());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> AdminServer.open(Scene.ANY_PORT, sources))
                .withMessageContaining("'admin share'")
                .withMessageContaining("there are 0 left: charge 1 more of " + AdminServer.SHARE_BYTES + " bytes");
        stage.closeAdmin();
        AdminServer next = AdminServer.open(Scene.ANY_PORT, sources);
        assertThat(next.close(Deadline.in(Clock.system(), Duration.ofSeconds(5)))
                        .isClean())
                .isTrue();
    }
}
