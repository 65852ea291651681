package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.CloseReason;
import dev.weir.pool.PoolCount;
import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that a connection is used again only if no unexpected input came, with an origin that sends, closes or
/// resets while the connection is idle, over the in-memory network and over TCP.
@Balanced
class IdleConnectionTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("H-15 bytes nobody asked for close an idle connection")
    void unsolicitedBytesCloseAnIdleConnection(boolean tcp, Scene test) {
        try (var scene = idle(test, tcp)) {
            scene.peer().write(PoolScene.bytes("HTTP/1.1 408 "));
            scene.until(() -> scene.client().ended != null);

            assertThat(scene.client().readable).isZero();
            assertThat(scene.cache.count(PoolCount.EVICTED_UNSOLICITED)).isOne();
            assertThat(scene.origin(0).connections()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("H-15 an end of stream closes an idle connection")
    void anEndOfStreamClosesAnIdleConnection(boolean tcp, Scene test) {
        try (var scene = idle(test, tcp)) {
            scene.peer().shutdownOutput();
            scene.until(() -> scene.client().ended != null);

            assertThat(scene.client().ended).isEqualTo(CloseReason.PEER_LEFT);
            assertThat(scene.cache.count(PoolCount.EVICTED_PEER_LEFT)).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("H-15 a reset closes an idle connection")
    void aResetClosesAnIdleConnection(boolean tcp, Scene test) {
        try (var scene = idle(test, tcp)) {
            scene.peer().abort();
            scene.until(() -> scene.client().ended != null);

            assertThat(scene.client().ended).isEqualTo(CloseReason.RESET);
            assertThat(scene.origin(0).idle()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("H-15 bytes between checkout and first write belong to nobody and close the connection")
    void bytesBetweenCheckoutAndFirstWriteCloseTheConnection(boolean tcp, Scene test) {
        try (var scene = idle(test, tcp)) {
            var asker = scene.lease(0).borrow();
            assertThat(asker.reused).isTrue();

            scene.peer().write(PoolScene.bytes("HTTP/1.1 200 OK\r\n\r\n"));
            scene.until(() -> scene.client().ended != null);

            assertThat(scene.client().readable).isZero();
            assertThat(scene.client().closing).isEqualTo(CloseReason.BROKEN);
            assertThat(asker.loan().isBorrowed()).isFalse();
            asker.discard();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("H-15 what the loop has not noticed yet is seen at checkout, and another connection is lent")
    void checkoutChecksTheConnectionOnceMore(boolean canRepeat, Scene test) {
        try (var scene = idle(test, false)) {
            var first = scene.client();
            scene.peer().shutdownOutput();

            var asker = scene.lease(0);
            asker.canRepeat = canRepeat;
            asker.borrow();
            scene.until(() -> asker.held() != null);

            assertThat(first.closing).isEqualTo(CloseReason.PEER_LEFT);
            assertThat(asker.reused).isFalse();
        }
    }

    @Test
    @DisplayName("H-15 who cannot repeat is lent nothing that died in this very turn")
    void aLeaseThatCannotRepeatGetsNoConnectionThatDiedInThisTurn(Scene test) {
        try (var scene = idle(test, true)) {
            var dead = scene.client().connection;
            scene.peer().abort();

            var asker = scene.lease(0).borrow();
            scene.until(() -> asker.held() != null);

            assertThat(asker.loan().connection()).isNotSameAs(dead);
            assertThat(asker.reused).isFalse();
        }
    }

    @Test
    void aLeaseThatCanRepeatGetsAConnectionWithoutInputAtTheLastPoll(Scene test) {
        try (var scene = idle(test, true)) {
            var dying = scene.client().connection;
            scene.peer().abort();

            var asker = scene.lease(0);
            asker.canRepeat = true;
            asker.borrow();

            assertThat(asker.loan().connection()).isSameAs(dying);
            scene.until(() -> scene.client().ended != null);
            asker.discard();
        }
    }

    @Test
    @DisplayName("H-15 a connection that was not watched when the loop polled is looked at, whoever borrows it")
    void anUnwatchedConnectionIsChecked(Scene test) {
        try (var scene = idle(test, true)) {
            var dead = scene.client().connection;
            dead.pauseInput();
            scene.peer().abort();
            scene.settle();
            dead.resumeInput();

            var asker = scene.lease(0);
            asker.canRepeat = true;
            asker.borrow();
            scene.until(() -> asker.held() != null);

            assertThat(asker.loan().connection()).isNotSameAs(dead);
        }
    }

    @Test
    void anAnswerIsReadByTheConversationThatAsked(Scene test) {
        try (var scene = idle(test, false)) {
            var asker = scene.lease(0).borrow();
            asker.loan().connection().output().write(PoolScene.bytes("GET"));
            scene.peer().write(PoolScene.bytes("200"));
            scene.settle();

            assertThat(scene.client().readable).isOne();
            assertThat(asker.loan().isBorrowed()).isTrue();
        }
    }

    @Test
    @DisplayName("H-16 a connection that is not at a message boundary never serves again")
    void aConnectionNotAtABoundaryIsClosed(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 4, 4))) {
            var asker = scene.holding(0);
            scene.client().isClean = false;
            asker.giveBack();
            scene.settle();

            assertThat(scene.client().ended).isEqualTo(CloseReason.CLOSED);
            assertThat(scene.cache.count(PoolCount.EVICTED_NOT_CLEAN)).isOne();
            assertThat(scene.origin(0).connections()).isZero();
        }
    }

    @Test
    void anIdleConnectionIsClosedAfterItsTimeAndNotBefore(Scene test) {
        try (var scene = idle(test, false)) {
            scene.pass(Duration.ofSeconds(54));
            assertThat(scene.origin(0).idle()).isOne();

            scene.pass(Duration.ofSeconds(2));
            assertThat(scene.client().ended).isEqualTo(CloseReason.IDLE);
            assertThat(scene.cache.count(PoolCount.EVICTED_IDLE)).isOne();
        }
    }

    @Test
    void theMostRecentlyUsedOneIsLentFirst(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 4, 4))) {
            var first = scene.holding(0);
            var second = scene.holding(0);
            var hot = first.loan();
            second.giveBack();
            first.giveBack();

            assertThat(scene.lease(0).borrow().loan()).isSameAs(hot);
        }
    }

    @Test
    void aLoopWithoutAnIdleConnectionMakesOneWhileThereIsRoom(Scene test) {
        try (var scene = idle(test, false)) {
            var asker = scene.holding(1);

            assertThat(asker.reused).isFalse();
            assertThat(scene.cache.count(PoolCount.MOVED)).isZero();
            assertThat(scene.origin(0).idle()).isOne();
            asker.giveBack();
        }
    }

    @Test
    void atTheLimitAnIdleConnectionMovesToTheLoopThatWantsIt(Scene test) {
        try (var scene = idle(test, true, 1)) {
            var asker = scene.holding(1);

            assertThat(asker.reused).isTrue();
            assertThat(asker.loan().connection().loop()).isSameAs(scene.loop(1));
            assertThat(scene.cache.count(PoolCount.MOVED)).isOne();
            scene.peer().shutdownOutput();
            asker.giveBack();
            scene.until(() -> scene.client().ended != null);
        }
    }

    private static PoolScene idle(Scene test, boolean tcp) {
        return idle(test, tcp, 4);
    }

    private static PoolScene idle(Scene test, boolean tcp, int connectionsMax) {
        var scene = new PoolScene(test, Setting.of(1, connectionsMax, 4).over(tcp));
        var asker = scene.holding(0);
        scene.until(() -> !scene.accepted.getFirst().isEmpty());
        asker.giveBack();
        scene.settle();
        assertThat(scene.origin(0).idle()).isOne();
        return scene;
    }
}
