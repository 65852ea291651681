package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.Upstream;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that a connection which an origin may have logged in serves only the client whose it is, and that a whole
/// handshake goes over it.
@Balanced
final class PrivateConnectionTest {
    private static final String CHALLENGE =
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n";
    private static final String SERVED = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken";
    private static final Duration HANDSHAKE = Duration.ofMillis(2001);
    private static final Duration SHORT = Duration.ofMillis(50);

    private static void ask(Stage stage, Peer client, String path, String... fields) {
        var request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: h\r\n");
        for (String field : fields) request.append(field).append("\r\n");
        client.send(request.append("\r\n").toString());
        stage.settle();
    }

    private static void serve(Peer client, Peer origin, String path, String answer) {
        assertThat(origin.head()).startsWith("GET " + path + " ");
        origin.send(answer);
        client.message();
    }

    private static Peer logIn(Stage stage, Peer client) {
        ask(stage, client, "/first");
        Peer origin = stage.origin().next();
        serve(client, origin, "/first", CHALLENGE);
        ask(stage, client, "/negotiate", "Authorization: NTLM TlRMTVNTUAAB");
        serve(client, origin, "/negotiate", CHALLENGE.replace("NTLM", "NTLM TlRMTVNTUAAC"));
        ask(stage, client, "/authenticate", "Authorization: NTLM TlRMTVNTUAAD");
        serve(client, origin, "/authenticate", SERVED);
        stage.settle();
        return origin;
    }

    private static void ofTwoClientsEachHasItsOwn(Stage stage) {
        Peer anna = stage.client();
        Peer annasOrigin = logIn(stage, anna);
        Peer berta = stage.client();

        ask(stage, berta, "/berta");
        Peer other = stage.origin().next();
        serve(berta, other, "/berta", SERVED);
        ask(stage, anna, "/anna");
        serve(anna, annasOrigin, "/anna", SERVED);
        ask(stage, berta, "/berta-again");
        serve(berta, other, "/berta-again", SERVED);

        assertThat(annasOrigin.isQuiet()).isTrue();
        anna.close();
        stage.settle();
        assertThat(annasOrigin.hasEnded() || annasOrigin.hasReset())
                .as("the connection ends with its client's")
                .isTrue();
        assertThat(stage.origin().count()).isEqualTo(2);
        assertThat(stage.cache().origins().getFirst().outstanding()).isZero();
    }

    @Test
    @DisplayName("H-16 an origin logs a connection in, and another client asks next")
    void aConnectionThatWasLoggedInServesItsClientOnly(Scene scene) {
        ofTwoClientsEachHasItsOwn(Stage.inMemory(scene, Setup.ONE_ORIGIN));
    }

    @Test
    @DisplayName("H-16 the same over real sockets")
    void aConnectionThatWasLoggedInServesItsClientOnlyOverTcp(Scene scene) {
        ofTwoClientsEachHasItsOwn(Stage.tcp(scene, Setup.ONE_ORIGIN));
    }

    private static boolean staysPrivate(Stage stage, String requestField, String answer) {
        Peer anna = stage.client();
        ask(stage, anna, "/a", requestField);
        Peer origin = stage.origin().next();
        serve(anna, origin, "/a", answer);
        ask(stage, stage.client(), "/b");
        return origin.isQuiet();
    }

    private static String challenge(String field) {
        return "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n" + field + "\r\n\r\n";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WWW-Authenticate: NTLM",
                "www-authenticate: negotiate",
                "WWW-Authenticate: Negotiate YII=",
                "WWW-Authenticate: Basic realm=\"a, b\", NTLM",
                "WWW-Authenticate: Basic realm=\"a\\\", b\" ,\tnTlM",
                "WWW-Authenticate: Basic realm=x\r\nWWW-Authenticate: Bearer\r\nWWW-Authenticate: Nego2",
                "Proxy-Authenticate: Negotiate",
            })
    void aChallengeOfSuchASchemeMakesTheConnectionPrivate(String field, Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        assertThat(staysPrivate(stage, "Accept: */*", challenge(field))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: NTLM x", "AUTHORIZATION: negotiate x", "Proxy-Authorization: Negotiate x"})
    void ntlmAndNegotiateCredentialsMakeTheConnectionPrivate(String field, Scene scene) {
        assertThat(staysPrivate(Stage.inMemory(scene, Setup.ONE_ORIGIN), field, SERVED))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WWW-Authenticate: Basic realm=NTLM",
                "WWW-Authenticate: Basic realm=\"NTLM, Negotiate\"",
                "WWW-Authenticate: Bearer",
                "X-Authenticate: NTLM",
            })
    void aChallengeOfAnotherSchemeDoesNot(String field, Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        assertThat(staysPrivate(stage, "Authorization: Basic bnRsbQ==", challenge(field)))
                .isFalse();
    }

    @Test
    void reuseSharedServesEverybodyOverIt(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withReuse(Upstream.Reuse.ALWAYS));
        assertThat(staysPrivate(stage, "Authorization: NTLM x", CHALLENGE)).isFalse();
    }

    @Test
    void reusePerClientGivesEachClientItsOwnConnection(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withReuse(Upstream.Reuse.NEVER));
        Peer anna = stage.client();
        ask(stage, anna, "/a");
        Peer origin = stage.origin().next();
        serve(anna, origin, "/a", SERVED);
        Peer berta = stage.client();
        ask(stage, berta, "/b");
        serve(berta, stage.origin().next(), "/b", SERVED);
        ask(stage, anna, "/a-again");
        serve(anna, origin, "/a-again", SERVED);
        assertThat(stage.origin().count()).isEqualTo(2);
    }

    @Test
    void aPrivateConnectionKeepsItsSlotUntilSomebodyWaits(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPool(1, 8));
        Peer anna = stage.client();
        Peer origin = logIn(stage, anna);
        stage.pass(SHORT);
        assertThat(origin.isQuiet()).isTrue();
        Peer berta = stage.client();

        ask(stage, berta, "/b");

        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        serve(berta, stage.origin().next(), "/b", SERVED);
        ask(stage, anna, "/anna");
        assertThat(anna.isQuiet()).as("waits for a connection, or has one").isTrue();
    }

    @Test
    void aLoginHandshakeProtectsItsConnectionForTwoSeconds(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPool(1, 8));
        Peer anna = stage.client();
        ask(stage, anna, "/first");
        Peer origin = stage.origin().next();
        serve(anna, origin, "/first", CHALLENGE);
        Peer berta = stage.client();
        ask(stage, berta, "/b");
        stage.pass(SHORT);
        assertThat(origin.isQuiet()).isTrue();

        ask(stage, anna, "/negotiate", "Authorization: NTLM TlRMTVNTUAAB");
        serve(anna, origin, "/negotiate", CHALLENGE);
        assertThat(berta.isQuiet()).isTrue();
        stage.pass(HANDSHAKE);

        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        serve(berta, stage.origin().next(), "/b", SERVED);
    }

    @Test
    void aPrivateConnectionThatDiedIsReplacedByAFreshOne(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        Peer anna = stage.client();
        Peer origin = logIn(stage, anna);
        origin.close();
        stage.settle();
        assertThat(stage.cache().origins().getFirst().outstanding()).isZero();

        ask(stage, anna, "/anna");
        serve(anna, stage.origin().next(), "/anna", SERVED);
    }

    @Test
    void unsolicitedBytesEndAPrivateConnection(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        Peer anna = stage.client();
        Peer origin = logIn(stage, anna);
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
        stage.settle();

        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        ask(stage, anna, "/anna");
        Peer fresh = stage.origin().next();
        assertThat(fresh.head()).startsWith("GET /anna ");
        fresh.send(SERVED);
        assertThat(anna.message().body()).isEqualTo("token");
    }

    @Test
    void aPrivateConnectionIsKeptForTheIdleTime(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        Peer origin = logIn(stage, stage.client());

        stage.pass(Upstream.Pool.DEFAULT.idle().minusSeconds(1));
        assertThat(origin.isQuiet()).isTrue();
        stage.pass(Duration.ofSeconds(2));
        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
    }

    @Test
    void aPrivateConnectionOfAClientThatClosesAfterItsAnswerIsNotKept(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        Peer anna = stage.client();
        ask(stage, anna, "/a", "Authorization: NTLM x", "Connection: close");
        Peer origin = stage.origin().next();
        origin.head();
        origin.send(SERVED);
        assertThat(anna.rest()).endsWith("token");
        stage.settle();
        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
    }
}
