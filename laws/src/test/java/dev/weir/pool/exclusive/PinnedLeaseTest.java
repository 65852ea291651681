package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.Origin;
import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.pool.exclusive.PoolScene.TestLease;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves that a lease that is pinned to an origin waits for that one only, that a connection that becomes free
/// there goes to the older of the pinned and the other waiters, and that waiters for a removed origin keep their
/// order.
@Balanced
class PinnedLeaseTest {
    private static TestLease pinned(PoolScene scene, int loop, Origin origin) {
        TestLease asker = scene.lease(loop);
        asker.pinTo(origin);
        asker.borrow();
        scene.settle();
        return asker;
    }

    private static TestLease waiting(PoolScene scene, int loop) {
        TestLease asker = scene.lease(loop).borrow();
        scene.settle();
        assertThat(asker.held()).isNull();
        return asker;
    }

    @Test
    void aPinnedLeaseGetsAConnectionToThatOriginOnly(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(2, 2, 8))) {
            for (int i = 0; i < 2; i++) {
                assertThat(pinned(scene, i, scene.origin(1)).loan().origin()).isSameAs(scene.origin(1));
            }
            TestLease third = pinned(scene, 0, scene.origin(1));
            assertThat(third.held()).as("the other origin has room").isNull();
            assertThat(scene.origin(0).connections()).isZero();
            third.cancel();
        }
    }

    @Test
    void idleConnectionsOfOtherOriginsDoNotServeAPinnedLease(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(2, 1, 8))) {
            TestLease first = pinned(scene, 0, scene.origin(0));
            TestLease second = pinned(scene, 0, scene.origin(1));
            TestLease waits = pinned(scene, 1, scene.origin(1));
            first.giveBack();
            scene.settle();
            assertThat(waits.held()).isNull();
            assertThat(scene.origin(0).idle()).isOne();

            second.giveBack();
            scene.until(() -> waits.held() != null);
            assertThat(waits.loan().origin()).isSameAs(scene.origin(1));
        }
    }

    @Test
    void aFreedConnectionServesTheOlderOfPinnedAndUnpinnedWaiters(Scene test) {
        for (boolean closes : List.of(true, false)) {
            for (boolean pinnedFirst : List.of(true, false)) {
                try (var scene = new PoolScene(test, Setting.of(1, 1, 8))) {
                    TestLease holder = scene.holding(0);
                    TestLease older = pinnedFirst ? pinned(scene, 1, scene.origin(0)) : waiting(scene, 1);
                    scene.pass(Duration.ofMillis(1));
                    TestLease younger = pinnedFirst ? waiting(scene, 0) : pinned(scene, 0, scene.origin(0));
                    if (closes) holder.discard();
                    else holder.giveBack();

                    scene.until(() -> older.held() != null);
                    assertThat(younger.held())
                            .as("pinned first: " + pinnedFirst)
                            .isNull();
                    older.giveBack();
                    scene.until(() -> younger.held() != null);
                }
            }
        }
    }

    @Test
    void waitersOfARemovedOriginRejoinTheQueueInOrderOfArrival(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(2, 1, 8))) {
            TestLease one = pinned(scene, 0, scene.origin(0));
            TestLease two = pinned(scene, 0, scene.origin(1));
            TestLease first = waiting(scene, 0);
            scene.pass(Duration.ofMillis(1));
            TestLease second = pinned(scene, 1, scene.origin(1));
            scene.pass(Duration.ofMillis(1));
            TestLease third = waiting(scene, 1);
            assertThat(scene.cache.replaceOrigins(List.of(scene.origin(0).where())))
                    .isEmpty();
            scene.settle();
            assertThat(second.held()).isNull();

            one.giveBack();
            for (TestLease next : List.of(first, second, third)) {
                scene.until(() -> next.held() != null);
                assertThat(next.loan().origin()).isSameAs(scene.origin(0));
                if (next != third) next.giveBack();
            }
            two.discard();
        }
    }

    @Test
    void aLeasePinnedToARemovedOriginGetsAnother(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(2, 1, 8))) {
            Origin gone = scene.origin(1);
            assertThat(scene.cache.replaceOrigins(List.of(scene.origin(0).where())))
                    .isEmpty();

            assertThat(pinned(scene, 0, gone).loan().origin()).isSameAs(scene.origin(0));
        }
    }

    @Test
    void anOriginKeepsItsNumberUntilItsLastConnectionHasEnded(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 2, 8))) {
            TestLease holder = scene.holding(0);
            Origin before = scene.origin(0);
            assertThat(scene.cache.replaceOrigins(List.of(scene.listen()))).isEmpty();
            assertThat(scene.origin(0).number()).isNotEqualTo(before.number());
            scene.holding(0).giveBack();
            assertThat(scene.cache.replaceOrigins(List.of(before.where()))).isEmpty();
            assertThat(scene.origin(0)).as("the same again").isSameAs(before);
            holder.giveBack();
            scene.settle();

            assertThat(scene.cache.replaceOrigins(List.of(scene.listen()))).isEmpty();
            scene.settle();
            assertThat(scene.cache.replaceOrigins(List.of(scene.listen()))).isEmpty();
            assertThat(scene.origin(0).number())
                    .as("numbers that are free again")
                    .isLessThanOrEqualTo(1);
        }
    }
}
