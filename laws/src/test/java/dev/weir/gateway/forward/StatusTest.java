package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.Route;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves which status a client gets when there is no answer of an origin, and what the log is told.
@Balanced
final class StatusTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    private static String ok(String token) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + token.length() + "\r\n\r\n" + token;
    }

    private static void tells(Stage stage, int status, String end) {
        assertThat(stage.ended.getLast().status()).isEqualTo(status);
        assertThat(stage.ended.getLast().end()).isEqualTo(end);
        assertThat(stage.ended.getLast().reason()).isNotEmpty();
    }

    @Test
    void unreachableOriginsAreAnswered503(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withOrigins(2));
        stage.origins.forEach(Origins::close);
        var client = stage.client();
        client.send(GET);
        var answer = client.message();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).endsWith("No origin accepted a connection.\n");
        assertThat(answer.field("Retry-After")).isEqualTo("1");
        tells(stage, 503, "SC");
    }

    @Test
    @DisplayName("S-09 without descriptors a request is unavailable for a reason of ours")
    void withoutDescriptorsARequestIsAnswered503AndTheGatewayIsBlamed(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        stage.network().takeDescriptors();
        client.send(GET);
        assertThat(client.message().status()).isEqualTo(503);
        tells(stage, 503, "RC");
        assertThat(stage.ended.getLast().reason()).contains("file descriptor", "Too many open files");
        assertThat(stage.cache().origins().getFirst().failed()).isZero();
    }

    @Test
    void aConnectTimeoutIsAnswered503(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        stage.network().hold();
        client.send(GET);
        stage.settle();
        for (int i = 0; i < 3; i++) stage.pass(Duration.ofMillis(2100));
        assertThat(client.message().status()).isEqualTo(503);
        tells(stage, 503, "TC");
    }

    @Test
    @DisplayName("H-20 a full pool lets requests wait for the time to acquire, and then refuses them")
    void aFullPoolQueuesRequestsAndThenRefuses(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPool(1, 1));
        var first = stage.client();
        first.send(GET);
        var origin = stage.origin().next();
        origin.head();
        var second = stage.client();
        second.send(GET);
        stage.pass(Duration.ofMillis(4900));
        assertThat(second.isQuiet()).isTrue();
        stage.pass(Duration.ofMillis(200));
        assertThat(second.message().status()).isEqualTo(503);
        tells(stage, 503, "TQ");

        var third = stage.client();
        third.send("GET /third HTTP/1.1\r\nHost: h\r\n\r\n");
        stage.settle();
        origin.send(ok("token"));
        assertThat(first.message().body()).isEqualTo("token");
        assertThat(origin.head()).startsWith("GET /third ");
        assertThat(stage.origin().count()).isOne();
    }

    @Test
    @DisplayName("H-20 when as many wait as may, the next is refused at once")
    void aFullQueueRefusesAtOnce(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPool(1, 2));
        for (int i = 0; i < 3; i++) stage.client().send(GET);
        stage.settle();
        assertThat(stage.cache().waiting()).isEqualTo(2);
        var refused = stage.client();
        refused.send(GET);
        assertThat(refused.message().status()).isEqualTo(503);
        tells(stage, 503, "RQ");
        assertThat(stage.cache().waiting()).isEqualTo(2);
    }

    @Test
    void aBrokenAnswerIsAnswered502(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        for (String broken : new String[] {
            "nonsense\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\nContent-Length: 1\n\na",
            "HTTP/1.1 200 OK\r\nA: " + "x".repeat(20_000),
        }) {
            var client = stage.client();
            client.send(GET);
            var origin = stage.origin().next();
            origin.head();
            origin.offer(broken);
            var answer = client.message();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.body()).isNotEmpty();
            tells(stage, 502, "SH");
            stage.settle();
            assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        }
    }

    @Test
    void anOriginThatClosesWithoutAnAnswerCauses502(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        for (String part : new String[] {"", "HTTP/1.1 2"}) {
            var client = stage.client();
            client.send(GET);
            var origin = stage.origin().next();
            origin.head();
            origin.send(part);
            stage.settle();
            origin.close();
            assertThat(client.message().status()).isEqualTo(502);
            tells(stage, 502, "SH");
        }
    }

    @Test
    void aResponseTimeoutIsAnswered504(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 20");
        stage.pass(Setup.RESPONSE.minusMillis(100));
        assertThat(client.isQuiet()).isTrue();
        stage.pass(Duration.ofMillis(200));
        assertThat(client.message().status()).isEqualTo(504);
        tells(stage, 504, "TH");
        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
    }

    @Test
    void aRequestWithoutARouteIsAnswered404(Scene scene) {
        var stage = Stage.inMemory(
                scene,
                Setup.ONE_ORIGIN.withRoutes(new Route("a.example", "/v1", "web"), new Route("b.example", "/", "web")));
        var client = stage.client();
        client.send("GET /v10?q HTTP/1.1\r\nHost: A.example:80\r\n\r\n");
        var answer = client.message();
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("no route for A.example:80 /v10\n");
        tells(stage, 404, "LR");
        client.send("GET /v1/x HTTP/1.1\r\nHost: A.EXAMPLE:80\r\n\r\n");
        assertThat(stage.origin().next().head()).startsWith("GET /v1/x ");
    }

    @Test
    void connectIsAnswered400(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n");
        assertThat(client.message().status()).isEqualTo(400);
        assertThat(client.rest()).isEmpty();
        tells(stage, 400, "CR");
        assertThat(stage.origin().count()).isZero();
    }

    @Test
    void answersOfTheGatewayToHeadHaveNoBody(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        stage.origin().close();
        var client = stage.client();
        client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.rest()).startsWith("HTTP/1.1 503 ").endsWith("\r\n\r\n");
    }

    @Test
    void aFailedOriginIsSkippedForASecondDoublingWhileAnotherWorks(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withOrigins(2));
        var dead = stage.origins.get(0);
        var alive = stage.origins.get(1);
        dead.close();
        var origin = stage.cache().origins().getFirst();
        long failed = 0;
        for (int seconds = 1; seconds <= 8; seconds *= 2) {
            for (int i = 0; i < 4; i++) serves(stage, alive);
            assertThat(origin.failed()).as("before the pause of %d s", seconds).isEqualTo(++failed);
            for (int i = 0; i < 4; i++) serves(stage, alive);
            assertThat(origin.failed()).isEqualTo(failed);
            stage.pass(Duration.ofMillis(1000L * seconds + 10));
        }
        dead.revive();
        serves(stage, null);
        serves(stage, null);
        assertThat(dead.count()).isOne();
    }

    /// One exchange, by whichever origin it came to, on a connection of its own.
    private static void serves(Stage stage, @Nullable Origins wanted) {
        var client = stage.client();
        client.send(GET);
        stage.settle();
        Peer origin = wanted == null ? stage.origins.get(0).poll() : wanted.next();
        if (origin == null) origin = stage.origins.get(1).next();
        origin.head();
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\ntoken");
        assertThat(client.message().body()).isEqualTo("token");
        client.close();
        stage.settle();
    }
}
