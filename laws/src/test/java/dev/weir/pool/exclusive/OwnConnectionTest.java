package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.PoolCount;
import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import org.junit.jupiter.api.Test;

/// Proves that leases of shared connections and leases with connections of their own have one limit of slots, and
/// that neither kind keeps the other waiting while a slot is available.
@Balanced
class OwnConnectionTest {

    @Test
    void ownAndSharedConnectionsCountInOneLimit(Scene test) {
        try (var scene = slots(test, 2)) {
            var shared = scene.holding(0);
            var own = scene.leaseWithOwnConnection(1).borrow();
            scene.until(() -> own.held() != null);
            var waiting = scene.lease(0).borrow();
            scene.settle();

            assertThat(waiting.held()).isNull();
            assertThat(scene.origin(0).connections()).isEqualTo(2);
            own.discard();
            scene.until(() -> waiting.held() != null);
            assertThat(waiting.reused).isFalse();
            assertThat(scene.origin(0).connections()).isEqualTo(2);
            assertThat(shared.held()).isNotNull();
        }
    }

    @Test
    void anOwnConnectionIsAlwaysNew(Scene test) {
        try (var scene = slots(test, 2)) {
            scene.holding(0).giveBack();
            var own = scene.leaseWithOwnConnection(0).borrow();
            scene.until(() -> own.held() != null);

            assertThat(own.reused).isFalse();
            assertThat(scene.cache.count(PoolCount.CREATED)).isEqualTo(2);
        }
    }

    @Test
    void anIdleConnectionIsClosedToFreeASlotForAnOwnOne(Scene test) {
        for (int loop = 0; loop < 2; loop++) {
            try (var scene = slots(test, 1)) {
                scene.holding(loop).giveBack();
                var own = scene.leaseWithOwnConnection(0).borrow();
                scene.until(() -> own.held() != null);

                assertThat(own.reused).isFalse();
                assertThat(scene.origin(0).connections()).isOne();
                assertThat(scene.cache.count(PoolCount.EVICTED_FOR_ROOM)).isOne();
            }
        }
    }

    @Test
    void aSlotIsFreedEachTimeOneIsNeeded(Scene test) {
        try (var scene = slots(test, 1)) {
            for (int time = 1; time <= 3; time++) {
                scene.holding(1).giveBack();
                var own = scene.leaseWithOwnConnection(0).borrow();
                scene.until(() -> own.held() != null);
                own.discard();
                scene.settle();

                assertThat(scene.cache.count(PoolCount.EVICTED_FOR_ROOM)).isEqualTo(time);
            }
        }
    }

    @Test
    void asManyIdleConnectionsAreClosedAsAreNeeded(Scene test) {
        try (var scene = slots(test, 3)) {
            var holders = new PoolScene.TestLease[] {scene.holding(0), scene.holding(0), scene.holding(1)};
            for (var holder : holders) holder.giveBack();
            var own = scene.leaseWithOwnConnection(1).borrow();
            scene.until(() -> own.held() != null);
            scene.settle();

            assertThat(scene.cache.count(PoolCount.EVICTED_FOR_ROOM)).isOne();
            assertThat(scene.origin(0).idle()).isEqualTo(2);
        }
    }

    @Test
    void aReturnedConnectionIsClosedWhenTheFirstWaiterNeedsItsOwn(Scene test) {
        try (var scene = slots(test, 1)) {
            var holder = scene.holding(0);
            var own = scene.leaseWithOwnConnection(1).borrow();
            var behind = scene.lease(0).borrow();
            holder.giveBack();
            scene.until(() -> own.held() != null);

            assertThat(behind.held()).isNull();
            own.discard();
            scene.until(() -> behind.held() != null);
            assertThat(scene.origin(0).connections()).isOne();
        }
    }

    @Test
    void aSlotFreedForACancelledWaiterServesOthers(Scene test) {
        try (var scene = slots(test, 1)) {
            scene.holding(0).giveBack();
            var own = scene.leaseWithOwnConnection(1).borrow();
            own.cancel();
            var next = scene.leaseWithOwnConnection(1).borrow();
            scene.until(() -> next.held() != null);

            assertThat(scene.cache.count(PoolCount.EVICTED_FOR_ROOM)).isOne();
            assertThat(scene.origin(0).connections()).isOne();
        }
    }

    @Test
    void anOwnConnectionOfACancelledLeaseIsClosed(Scene test) {
        try (var scene = slots(test, 1)) {
            var own = scene.leaseWithOwnConnection(0).borrow();
            own.cancel();
            scene.until(() -> scene.cache.count(PoolCount.ENDED) == 1);

            assertThat(scene.origin(0).idle()).isZero();
            assertThat(scene.origin(0).connections()).isZero();
        }
    }

    private static PoolScene slots(Scene test, int count) {
        return new PoolScene(test, Setting.of(1, count, 10));
    }
}
