package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.PoolCount;
import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.pool.exclusive.PoolScene.TestLease;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves that a new origin serves at once, although the removed one whose place it has still has connections, and
/// that both together never have more connections than the limit of one.
@Balanced
class ChangingOriginsTest {
    private static PoolScene slots(Scene test, int count) {
        return new PoolScene(test, Setting.of(1, count, 4));
    }

    @Test
    void theOnlyOriginIsReplacedAtOnceDespiteOpenConnections(Scene test) {
        try (var scene = slots(test, 3)) {
            var busy = scene.holding(0);
            scene.holding(1).giveBack();
            var before = scene.origin(0);
            var other = scene.listen();

            assertThat(scene.cache.replaceOrigins(List.of(other))).isEmpty();

            var asker = scene.holding(1);
            assertThat(asker.loan().origin().where()).isEqualTo(other);
            assertThat(busy.loan().isBorrowed()).isTrue();
            scene.settle();
            assertThat(before.idle()).isZero();
            assertThat(before.connections()).isOne();
            busy.giveBack();
            scene.settle();
            assertThat(before.connections()).as("what leads to it is not kept").isZero();
        }
    }

    @Test
    void oldAndNewOriginTogetherStayWithinOneLimit(Scene test) {
        try (var scene = slots(test, 2)) {
            var first = scene.holding(0);
            var second = scene.holding(1);
            var before = scene.origin(0);
            assertThat(scene.cache.replaceOrigins(List.of(scene.listen()))).isEmpty();
            var asker = scene.lease(0).borrow();
            scene.settle();
            assertThat(asker.held()).isNull();
            assertThat(asker.refusal).isNull();
            assertThat(scene.cache.isCrowded()).isTrue();

            first.giveBack();
            scene.until(() -> asker.held() != null);

            assertThat(asker.loan().origin()).isSameAs(scene.origin(0));
            assertThat(before.connections() + scene.origin(0).connections()).isEqualTo(2);
            second.giveBack();
        }
    }

    @Test
    void anOriginMayReturnWhileItsConnectionsEnd(Scene test) {
        try (var scene = slots(test, 3)) {
            var busy = scene.holding(0);
            var address = scene.origin(0).where();
            assertThat(scene.cache.replaceOrigins(List.of(scene.listen()))).isEmpty();
            assertThat(scene.cache.replaceOrigins(List.of(address))).isEmpty();

            assertThat(scene.holding(1).loan().origin().where()).isEqualTo(address);
            assertThat(busy.loan().isBorrowed()).isTrue();
        }
    }

    @Test
    void idleConnectionsOfARemovedOriginAreNotReused(Scene test) {
        try (var scene = slots(test, 2)) {
            scene.holding(0).giveBack();
            scene.settle();
            assertThat(scene.cache.replaceOrigins(List.of(scene.listen()))).isEmpty();

            // Why: its loop has not heard yet that what is idle is to be closed.
            var asker = scene.lease(0).borrow();
            scene.until(() -> asker.held() != null);

            assertThat(asker.reused).isFalse();
            assertThat(asker.loan().origin()).isSameAs(scene.origin(0));
        }
    }

    @Test
    void anOriginThatReturnsKeepsItsConnection(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(2, 2, 4))) {
            var busy = scene.holding(0);
            var both = List.of(scene.origin(0).where(), scene.origin(1).where());
            assertThat(scene.cache.replaceOrigins(both.subList(1, 2))).isEmpty();
            assertThat(scene.cache.replaceOrigins(both)).isEmpty();

            assertThat(scene.origin(0)).isSameAs(busy.loan().origin());
            busy.giveBack();
            scene.settle();
            assertThat(scene.origin(0).idle()).isOne();
        }
    }

    @Test
    void originsBeyondTheNumberOfPlacesAreLeftOut(Scene test) {
        try (var scene = slots(test, 2)) {
            var one = scene.listen();
            var two = scene.listen();
            assertThat(scene.cache.replaceOrigins(List.of(one, two))).containsExactly(two);
            assertThat(scene.holding(0).loan().origin().where()).isEqualTo(one);
        }
    }

    @Test
    void aPoolFilledByARemovedOriginIsCrowded(Scene test) {
        try (var scene = slots(test, 1)) {
            scene.holding(0);
            assertThat(scene.cache.replaceOrigins(List.of(scene.listen()))).isEmpty();

            assertThat(scene.cache.waiting()).isZero();
            assertThat(scene.cache.isCrowded()).isTrue();
        }
    }

    @Test
    void aSlowLeaseAtARemovedOriginIsEnded(Scene test) {
        try (var scene = slots(test, 1)) {
            var slow = scene.holding(1);
            slow.slowNanos = Duration.ofHours(1).toNanos();
            assertThat(scene.cache.replaceOrigins(List.of(scene.listen()))).isEmpty();

            var asker = scene.lease(0).borrow();
            scene.until(() -> asker.held() != null);

            assertThat(slow.held()).isNull();
            assertThat(asker.loan().origin()).isSameAs(scene.origin(0));
            assertThat(scene.cache.count(PoolCount.GAVE_WAY)).isOne();
        }
    }

    @Test
    void connectionsToARemovedOriginCountInTheSlowShare(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(2, 4, 8))) {
            // Why: they take turns, so that each origin has one of each kind.
            var whole = scene.holding(0);
            scene.holding(0);
            var slow = trickling(scene);
            trickling(scene);
            assertThat(slow.loan().origin()).isSameAs(whole.loan().origin());
            var stays = scene.origin(1).where();
            assertThat(scene.cache.replaceOrigins(List.of(stays))).isEmpty();

            // Why: half of four, and of the two connections that the other origin has left.
            assertThat(trickling(scene).held()).isNotNull();

            whole.giveBack();
            slow.giveBack();
            scene.settle();
            var late = trickling(scene);
            assertThat(late.held()).as("there are only four now").isNull();
            assertThat(scene.cache.trickling()).isEqualTo(2);
            late.cancel();
        }
    }

    private static TestLease trickling(PoolScene scene) {
        var asker = scene.lease(1);
        asker.setTrickling(true);
        asker.borrow();
        scene.settle();
        return asker;
    }
}
