package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.Upstream;
import dev.weir.pool.Origin;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.transport.Endpoint;
import dev.weir.transport.NameLookup;
import dev.weir.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Proves that each address of a name is an origin, and that names are looked up again while the gateway runs.
@Balanced
final class NamesTest {
    private static final Duration SECOND = Duration.ofMillis(1001);
    private static final Duration EVERY = Upstream.Resolve.DEFAULT.every().plusSeconds(2);

    private final Names names = new Names();

    /// A resolver that knows what the test tells it.
    private static final class Names implements NameLookup {
        private List<Endpoint.Inet> known = List.of();
        private int asked;
        private boolean breaks;

        @Override
        public List<Endpoint.Inet> lookUp(String host, int port) {
            asked++;
            if (breaks) throw new AssertionError("planned");
            if (known.isEmpty()) throw new TransportException("the name " + host + " is not known", new IOException());
            return known;
        }
    }

    /// The name stands for all origins of the stage.
    private Stage stage(Scene scene, int origins, int connections) {
        var stage = Stage.named(scene, Setup.ONE_ORIGIN.withOrigins(origins).withPool(connections, 8), names);
        knows(stage, origins);
        stage.pass(SECOND);
        return stage;
    }

    private void knows(Stage stage, int... which) {
        names.known = java.util.Arrays.stream(which)
                .mapToObj(i -> (Endpoint.Inet) stage.origins.get(i).address())
                .toList();
    }

    private void knows(Stage stage, int count) {
        names.known = stage.origins.subList(0, count).stream()
                .map(one -> (Endpoint.Inet) one.address())
                .toList();
    }

    private static Peer asking(Stage stage) {
        Peer client = stage.client();
        client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        stage.settle();
        return client;
    }

    private static void answered(Peer client, Peer origin) {
        assertThat(origin.head()).startsWith("GET /a ");
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken");
        assertThat(client.message().body()).isEqualTo("token");
    }

    private static List<String> origins(Stage stage) {
        return stage.cache().origins().stream().map(Origin::text).toList();
    }

    private static String text(Stage stage, int origin) {
        return stage.origins.get(origin).address().toString();
    }

    @Test
    void anUnresolvedNameIsAnswered503UntilItResolves(Scene scene) {
        var stage = Stage.named(scene, Setup.ONE_ORIGIN, names);
        assertThat(stage.told).hasSize(1);
        assertThat(stage.told.getFirst()).contains("upstream web", "web.test", "not known");
        assertThat(asking(stage).message().status()).isEqualTo(503);
        assertThat(stage.ended.getLast().end()).isEqualTo("SC");
        assertThat(stage.ended.getLast().reason()).contains("web.test", "not known");

        knows(stage, 1);
        stage.pass(SECOND);

        assertThat(stage.told).hasSize(2);
        answered(asking(stage), stage.origin().next());
    }

    @Test
    void aFailedLookupIsRetried(Scene scene) {
        var stage = Stage.named(scene, Setup.ONE_ORIGIN, names);
        names.breaks = true;
        stage.pass(SECOND);
        int asked = names.asked;
        stage.pass(SECOND);
        assertThat(names.asked).isGreaterThan(asked);

        names.breaks = false;
        knows(stage, 1);
        stage.pass(SECOND);

        answered(asking(stage), stage.origin().next());
    }

    @Test
    void eachAddressIsAnOriginNamedByItsAddress(Scene scene) {
        var stage = stage(scene, 2, 4);
        assertThat(origins(stage)).containsExactly(text(stage, 0), text(stage, 1));

        Peer one = asking(stage);
        Peer two = asking(stage);
        answered(one, stage.origins.get(0).next());
        answered(two, stage.origins.get(1).next());
    }

    @Test
    void aRefusingAddressIsSkippedForTheNext(Scene scene) {
        var stage = stage(scene, 2, 4);
        stage.origins.getFirst().close();
        for (int i = 0; i < 3; i++) {
            Peer client = asking(stage);
            Peer origin = i == 0 ? stage.origins.getLast().next() : null;
            if (origin != null) answered(client, origin);
        }
        assertThat(stage.cache().origins().getFirst().failed()).isOne();
    }

    @Test
    void atMostEightAddressesAreUsedAndTheRestReported(Scene scene) {
        var stage = stage(scene, 10, 2);
        assertThat(stage.cache().origins()).hasSize(8);
        assertThat(stage.told).anyMatch(line -> line.contains("10 addresses, of which 8 are used"));

        names.known = names.known.reversed();
        stage.pass(EVERY);
        stage.pass(SECOND);
        assertThat(origins(stage))
                .as("those that are used stay")
                .containsExactly(
                        text(stage, 0),
                        text(stage, 1),
                        text(stage, 2),
                        text(stage, 3),
                        text(stage, 4),
                        text(stage, 5),
                        text(stage, 6),
                        text(stage, 7));
    }

    @Test
    void aRemovedOriginFinishesItsExchangeInFlight(Scene scene) {
        var stage = stage(scene, 2, 4);
        stage.pass(EVERY.minusSeconds(5));
        Peer idle = asking(stage);
        Peer idleOrigin = stage.origins.get(0).next();
        answered(idle, idleOrigin);
        asking(stage);
        Peer busyOther = stage.origins.get(1).next();
        Peer busy = asking(stage);
        assertThat(idleOrigin.head()).startsWith("GET /a ");
        assertThat(busyOther.head()).startsWith("GET /a ");

        knows(stage, new int[] {1});
        // Why: no longer than an answer may take.
        for (int i = 0; i < 5; i++) stage.pass(SECOND);
        assertThat(origins(stage)).containsExactly(text(stage, 1));
        assertThat(idleOrigin.isQuiet()).as("its exchange goes on").isTrue();

        idleOrigin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken");
        assertThat(busy.message().body()).isEqualTo("token");
        stage.settle();
        assertThat(idleOrigin.hasEnded() || idleOrigin.hasReset()).isTrue();
        busyOther.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken");
    }

    @Test
    void idleConnectionsOfARemovedOriginAreClosed(Scene scene) {
        var stage = Stage.named(scene, Setup.ONE_ORIGIN.withOrigins(2).withPool(4, 8), names);
        knows(stage, new int[] {0});
        stage.pass(SECOND);
        Peer client = asking(stage);
        Peer origin = stage.origins.get(0).next();
        answered(client, origin);

        knows(stage, new int[] {1});
        stage.pass(EVERY);
        stage.pass(SECOND);

        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        assertThat(stage.told.getLast()).contains("web.test is ");
        answered(asking(stage), stage.origins.get(1).next());
    }

    @Test
    void theOnlyAddressChangesWhileAnExchangeIsInFlight(Scene scene) {
        UnaryOperator<Upstream> one =
                upstream -> upstream.withResolve(new Upstream.Resolve(Upstream.Resolve.DEFAULT.every(), 1));
        var stage = Stage.named(
                scene, Setup.ONE_ORIGIN.withOrigins(2).withPool(4, 8).withUpstream(one), names);
        knows(stage, new int[] {0});
        stage.pass(SECOND);
        stage.pass(EVERY.minusSeconds(5));
        Peer before = asking(stage);
        Peer origin = stage.origins.get(0).next();
        knows(stage, new int[] {1});
        // Why: no longer than an answer may take.
        for (int i = 0; i < 5; i++) stage.pass(SECOND);

        answered(asking(stage), stage.origins.get(1).next());
        answered(before, origin);
    }

    @Test
    void aConnectFailureTriggersALookup(Scene scene) {
        var stage = Stage.named(scene, Setup.ONE_ORIGIN.withOrigins(2).withPool(4, 8), names);
        knows(stage, new int[] {0});
        stage.pass(SECOND);
        int asked = names.asked;
        for (int i = 0; i < 5; i++) stage.pass(SECOND);
        assertThat(names.asked).as("no reason to ask").isEqualTo(asked);

        stage.origins.getFirst().close();
        knows(stage, new int[] {1});
        assertThat(asking(stage).message().status()).isEqualTo(503);
        stage.pass(SECOND);

        assertThat(names.asked).isEqualTo(asked + 1);
        answered(asking(stage), stage.origins.get(1).next());
    }

    @Test
    void aNameThatNoLongerResolvesKeepsItsAddresses(Scene scene) {
        var stage = stage(scene, 1, 4);
        names.known = List.of();
        stage.pass(EVERY);
        stage.pass(EVERY);
        assertThat(stage.told)
                .filteredOn(line -> line.contains("stay as they were"))
                .hasSize(1);
        answered(asking(stage), stage.origin().next());
    }

    @Test
    void aRequestWithoutHostIsForwardedUnderTheName(Scene scene) {
        var stage = stage(scene, 1, 4);
        Peer client = stage.client();
        client.send("GET /a HTTP/1.0\r\n\r\n");
        stage.settle();
        assertThat(stage.origin().next().head()).contains("\r\nHost: web.test:80\r\n");
    }
}
