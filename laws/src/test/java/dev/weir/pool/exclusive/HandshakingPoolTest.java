package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.CloseReason;
import dev.weir.connection.ToyRecords;
import dev.weir.pool.PoolCount;
import dev.weir.pool.Refusal;
import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that an attempt lasts until the handshake is over: no connection is lent before that, and however a
/// handshake ends, its lease is notified and its slot is free when the descriptor is.
@Balanced
@Timeout(60)
@ParameterizedClass(name = "over TCP: {0}")
@ValueSource(booleans = {false, true})
final class HandshakingPoolTest {
    @Parameter
    boolean isTcp;

    private PoolScene scene(Scene test) {
        return new PoolScene(
                test, Setting.of(1, 1, 4).over(isTcp).with(real -> new DialWrappingNetwork(real, ToyRecords::new)));
    }

    private static PoolScene.TestLease shaking(PoolScene scene, int loop) {
        int before = scene.accepted.getFirst().size();
        var asker = scene.lease(loop).borrow();
        scene.until(() -> scene.accepted.getFirst().size() > before);
        scene.settle();
        assertThat(asker.held()).isNull();
        assertThat(asker.refusal).isNull();
        assertThat(scene.origin(0).connections()).isOne();
        return asker;
    }

    private static void say(PoolScene scene, String line) {
        assertThat(scene.peer().write(PoolScene.bytes(line))).isEqualTo(line.length());
    }

    private static void assertServesTheNext(PoolScene scene) {
        var next = shaking(scene, 1);
        say(scene, "I speak toy\n");
        scene.until(() -> next.held() != null);
        assertThat(next.reused).isFalse();
    }

    @Test
    void theConnectionIsLentWhenTheHandshakeIsOver(Scene test) {
        try (var scene = scene(test)) {
            var asker = shaking(scene, 0);
            assertThat(scene.clients)
                    .as("the conversation is made when it is known which")
                    .isEmpty();
            assertThat(scene.cache.count(PoolCount.CREATED)).isZero();

            say(scene, "I speak toy/2\n");
            scene.until(() -> asker.held() != null);

            assertThat(asker.loan().connection().protocol()).isEqualTo("toy/2");
            assertThat(scene.client().opened).isOne();
            assertThat(scene.cache.count(PoolCount.CREATED)).isOne();
            asker.giveBack();
            assertThat(scene.holding(0).reused).isTrue();
        }
    }

    @Test
    void aHandshakeThatFailsRefusesItsLease(Scene test) {
        try (var scene = scene(test)) {
            var asker = shaking(scene, 0);
            say(scene, "HTTP/1.1 400 Bad Request\n");
            scene.until(() -> asker.refusal != null);

            assertThat(asker.refusal).isEqualTo(Refusal.CONNECT_FAILED);
            assertThat(asker.why()).isEqualTo("the handshake failed");
            assertThat(scene.origin(0).connections()).isZero();
            assertThat(scene.origin(0).failed()).isOne();
            assertThat(scene.clients).isEmpty();
            assertServesTheNext(scene);
        }
    }

    @Test
    void aPeerThatLeavesDuringTheHandshakeRefusesTheLease(Scene test) {
        try (var scene = scene(test)) {
            var asker = shaking(scene, 0);
            scene.peer().close();
            scene.until(() -> asker.refusal != null);

            assertThat(asker.refusal).isEqualTo(Refusal.CONNECT_FAILED);
            assertThat(scene.origin(0).connections()).isZero();
            assertServesTheNext(scene);
        }
    }

    @Test
    void aSilentPeerIsAbandonedAfterTheConnectTime(Scene test) {
        try (var scene = scene(test)) {
            var asker = shaking(scene, 0);
            scene.pass(Duration.ofMillis(1900));
            assertThat(asker.refusal).isNull();
            scene.pass(Duration.ofMillis(200));

            assertThat(asker.refusal).isEqualTo(Refusal.CONNECT_TIMED_OUT);
            assertThat(scene.origin(0).connections()).isZero();
            assertThat(scene.cache.count(PoolCount.CONNECT_TIMED_OUT)).isOne();
            assertThat(scene.cache.count(PoolCount.CONNECT_FAILED)).isZero();
            assertServesTheNext(scene);
        }
    }

    @Test
    void aConnectionWhoseHandshakeOutlivesItsLeaseIsKept(Scene test) {
        try (var scene = scene(test)) {
            var asker = shaking(scene, 0);
            asker.cancel();
            scene.settle();
            assertThat(scene.origin(0).connections()).isOne();

            say(scene, "I speak toy\n");
            scene.until(() -> scene.origin(0).idle() == 1);

            assertThat(asker.held()).isNull();
            assertThat(scene.holding(0).reused).isTrue();
        }
    }

    @Test
    void aFailedHandshakeForACancelledLeaseFreesItsSlot(Scene test) {
        try (var scene = scene(test)) {
            var asker = shaking(scene, 0);
            asker.cancel();
            say(scene, "no\n");
            scene.until(() -> scene.origin(0).connections() == 0);

            assertThat(asker.refusal).isNull();
            assertServesTheNext(scene);
        }
    }

    @Test
    void closingThePoolAbortsTheHandshake(Scene test) {
        try (var scene = scene(test)) {
            var asker = shaking(scene, 0);
            scene.cache.close();
            scene.settle();

            assertThat(asker.refusal).isEqualTo(Refusal.CLOSED);
            assertThat(scene.origin(0).connections()).isZero();
            // Why: before the loops close, which would end whatever is left.
            assertThat(scene.ledger.survivors()).noneMatch(line -> line.contains("upstream"));
        }
    }

    @Test
    void aConversationThatFailsAfterTheHandshakeLeaksNothing(Scene test) {
        try (var scene = scene(test)) {
            scene.openerFails = true;
            var unopened = shaking(scene, 0);
            say(scene, "I speak toy\n");
            scene.until(() -> unopened.refusal != null);
            scene.openerFails = false;
            assertThat(unopened.why()).isEqualTo("the conversation could not begin");
            assertThat(scene.origin(0).failed()).as("not the origin's failure").isZero();

            scene.whenOpened = connection -> connection.finish(CloseReason.CLOSED);
            var ended = shaking(scene, 0);
            say(scene, "I speak toy\n");
            scene.until(() -> ended.refusal != null);
            scene.whenOpened = connection -> {
                throw new IllegalStateException("planted");
            };
            var thrown = shaking(scene, 0);
            say(scene, "I speak toy\n");
            scene.until(() -> thrown.refusal != null);
            scene.whenOpened = connection -> {};

            assertServesTheNext(scene);
        }
    }
}
