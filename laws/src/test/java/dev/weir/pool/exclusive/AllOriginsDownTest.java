package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.PoolCount;
import dev.weir.pool.PoolLimits;
import dev.weir.pool.Refusal;
import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.pool.exclusive.PoolScene.TestLease;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves what leases do while all origins are down: they wait in the queue for one to return, up to the down time,
/// and few probes are made for them.
@Balanced
class AllOriginsDownTest {
    private static final Duration DOWN = Duration.ofSeconds(2);

    private static PoolScene living(Scene test, int origins, int connections, int waiting) {
        var setting = Setting.of(origins, connections, waiting);
        return new PoolScene(test, new Setting(false, origins, setting.limits().withDownTime(DOWN), setting.wrapped()));
    }

    private static PoolScene scene(Scene test, int origins, int connections, int waiting) {
        var scene = living(test, origins, connections, waiting);
        goes(scene);
        return scene;
    }

    private static void goes(PoolScene scene) {
        scene.acceptors.forEach(acceptor -> acceptor.close());
        scene.settle();
    }

    /// A lease whose attempt failed, after which others find that all origins are down.
    private static TestLease waiting(PoolScene scene, int loop) {
        var asker = scene.lease(loop).borrow();
        scene.settle();
        assertThat(asker.held()).isNull();
        assertThat(asker.refusal).isNull();
        return asker;
    }

    private static void returns(PoolScene scene, int origin) {
        scene.listenAgain(scene.origin(origin).address());
    }

    @Test
    void aLeaseWaitsForAnOriginToReturnWhenAllAreDown(Scene test) {
        try (var scene = scene(test, 1, 4, 4)) {
            var asker = waiting(scene, 0);
            assertThat(asker.awaitsReturn()).isTrue();
            scene.pass(Duration.ofMillis(900));
            assertThat(asker.refusal).isNull();

            returns(scene, 0);
            scene.pass(Duration.ofMillis(150));

            assertThat(asker.loan().isBorrowed()).isTrue();
            assertThat(asker.awaitsReturn()).isFalse();
            assertThat(scene.holding(1).reused).isFalse();
        }
    }

    @Test
    void anyOfTwoOriginsMayBeTheOneThatReturns(Scene test) {
        try (var scene = scene(test, 2, 4, 4)) {
            var asker = scene.lease(0).borrow();
            scene.until(() -> asker.refusal != null);
            assertThat(asker.refusal).as("the other may live").isEqualTo(Refusal.CONNECT_FAILED);
            asker.borrow();
            scene.settle();
            assertThat(asker.refusal).isNull();

            returns(scene, 1);
            scene.pass(Duration.ofMillis(150));

            assertThat(asker.loan().origin()).isSameAs(scene.origin(1));
        }
    }

    @Test
    void whenNoneReturnsTheLeaseIsRefusedAfterTheDownTime(Scene test) {
        try (var scene = scene(test, 1, 4, 4)) {
            var asker = waiting(scene, 0);
            scene.pass(Duration.ofMillis(1800));
            assertThat(asker.refusal).isNull();
            var later = waiting(scene, 1);
            scene.pass(Duration.ofMillis(300));

            assertThat(asker.refusal).isEqualTo(Refusal.ALL_DOWN);
            assertThat(later.refusal).isNull();
            scene.pass(DOWN);
            assertThat(later.refusal).isEqualTo(Refusal.ALL_DOWN);
            assertThat(scene.cache.waiting()).isZero();
        }
    }

    @Test
    void oneProbeAtATimeIsMadeHoweverManyWait(Scene test) {
        try (var scene = scene(test, 1, 20, 50)) {
            waiting(scene, 0);
            for (int i = 0; i < 40; i++) waiting(scene, i % 2);
            long failed = scene.origin(0).failed();
            scene.pass(Duration.ofSeconds(1));

            assertThat(scene.origin(0).failed() - failed).isBetween(5L, 10L);
            scene.pass(DOWN);
            long afterwards = scene.origin(0).failed();
            scene.pass(Duration.ofSeconds(5));
            assertThat(scene.origin(0).failed()).as("nobody waits").isEqualTo(afterwards);
        }
    }

    @Test
    void waitersAreServedInOrderWhenAnOriginReturns(Scene test) {
        try (var scene = scene(test, 1, 1, 50)) {
            List<TestLease> askers = new ArrayList<>();
            for (int i = 0; i < 5; i++) askers.add(waiting(scene, i % 2));
            returns(scene, 0);
            scene.pass(Duration.ofMillis(150));

            for (TestLease asker : askers) {
                assertThat(asker.loan().isBorrowed()).isTrue();
                asker.giveBack();
                scene.settle();
            }
        }
    }

    @Test
    void asManyAsTheLimitsAllowAreServedAtOnce(Scene test) {
        try (var scene = scene(test, 1, 3, 50)) {
            List<TestLease> askers = new ArrayList<>();
            for (int i = 0; i < 5; i++) askers.add(waiting(scene, i % 2));
            returns(scene, 0);
            scene.pass(Duration.ofMillis(150));

            assertThat(askers.stream().filter(asker -> asker.held() != null)).hasSize(3);
        }
    }

    @Test
    void aLeaseWithItsOwnConnectionIsServedToo(Scene test) {
        try (var scene = scene(test, 1, 1, 4)) {
            var asker = scene.leaseWithOwnConnection(0).borrow();
            scene.settle();
            assertThat(asker.refusal).isNull();
            returns(scene, 0);
            scene.pass(Duration.ofMillis(300));

            assertThat(asker.loan().isBorrowed()).isTrue();
            assertThat(asker.reused).isFalse();
            assertThat(scene.accepted.getLast()).as("one to see, and its own").hasSize(2);
        }
    }

    @Test
    void aCancelledWaiterLeavesNothingBehind(Scene test) {
        try (var scene = scene(test, 1, 4, 4)) {
            var asker = waiting(scene, 0);
            asker.cancel();
            assertThat(asker.isFree()).isTrue();
            assertThat(scene.cache.waiting()).isZero();
            long failed = scene.origin(0).failed();
            scene.pass(Duration.ofSeconds(1));
            assertThat(scene.origin(0).failed()).isEqualTo(failed);
        }
    }

    @Test
    void waitersForAReturnNeverExceedTheLimit(Scene test) {
        try (var scene = scene(test, 1, 4, 2)) {
            var askers = List.of(
                    scene.lease(0).borrow(),
                    scene.lease(0).borrow(),
                    scene.lease(0).borrow());
            scene.settle();
            assertThat(scene.cache.waiting()).isEqualTo(2);
            assertThat(askers.stream().map(asker -> asker.refusal)).containsExactly(null, null, Refusal.ALL_DOWN);
            assertThat(askers.stream().map(asker -> asker.awaitsReturn())).containsExactly(true, true, false);
        }
    }

    @Test
    void aLeaseWhoseTimeIsOverTakesNoPlaceInTheQueue(Scene test) {
        var connect = Duration.ofSeconds(2);
        var limits = new PoolLimits(4, 1, connect.dividedBy(2), Duration.ofSeconds(55), connect);
        var network = new WrappedNetwork[1];
        var setting = new Setting(false, 1, limits.withDownTime(DOWN), real -> network[0] = new WrappedNetwork(real));
        try (var scene = new PoolScene(test, setting)) {
            network[0].hangs = true;
            var late = scene.lease(0).borrow();
            scene.advance(connect.plusMillis(100));
            scene.settle();
            network[0].hangs = false;
            var next = scene.lease(1).borrow();
            assertThat(next.refusal).isNull();
            assertThat(late.refusal).isEqualTo(Refusal.TIMED_OUT);

            scene.pass(Duration.ofMillis(200));
            assertThat(next.loan().isBorrowed()).isTrue();
        }
    }

    @Test
    void withoutAQueueEachLeaseTriesToConnect(Scene test) {
        try (var scene = scene(test, 1, 4, 0)) {
            var asker = scene.lease(0).borrow();
            scene.until(() -> asker.refusal != null);
            assertThat(asker.refusal).isEqualTo(Refusal.CONNECT_FAILED);
            returns(scene, 0);
            assertThat(scene.holding(0).reused).isFalse();
        }
    }

    // ---- origins that serve what they have, and take no more

    @Test
    void anOriginWithConnectionsIsNotDownAndItsConnectionsAreWaitedFor(Scene test) {
        try (var scene = living(test, 1, 4, 4)) {
            var first = scene.holding(0);
            scene.holding(1);
            goes(scene);
            var asker = waiting(scene, 0);
            var other = waiting(scene, 1);
            long failed = scene.origin(0).failed();
            scene.pass(DOWN.plusSeconds(1));
            assertThat(asker.refusal).isNull();
            assertThat(scene.origin(0).failed() - failed)
                    .as("attempts to connect")
                    .isLessThan(40);

            first.giveBack();
            scene.until(() -> asker.held() != null);
            assertThat(asker.reused).isTrue();

            scene.pass(DOWN.plusSeconds(1));
            assertThat(other.refusal).as("as any other that waits").isEqualTo(Refusal.TIMED_OUT);
        }
    }

    @Test
    void anOriginIsDownFromTheEndOfItsLastConnection(Scene test) {
        try (var scene = living(test, 1, 4, 4)) {
            var holder = scene.holding(0);
            goes(scene);
            var asker = waiting(scene, 1);
            scene.pass(Duration.ofMillis(2500));
            holder.discard();
            scene.pass(Duration.ofMillis(1800));
            assertThat(asker.refusal).isNull();
            scene.pass(Duration.ofMillis(300));
            assertThat(asker.refusal).isEqualTo(Refusal.ALL_DOWN);
        }
    }

    @Test
    void idleConnectionsServeWaitersBehindOneThatNeedsItsOwn(Scene test) {
        try (var scene = living(test, 1, 4, 8)) {
            var first = scene.holding(0);
            var second = scene.holding(1);
            goes(scene);
            var own = scene.leaseWithOwnConnection(1).from(7).borrow();
            scene.settle();
            var same = waiting(scene, 0, 7);
            var other = waiting(scene, 1, 8);

            first.giveBack();
            scene.until(() -> same.held() != null);
            second.giveBack();
            scene.until(() -> other.held() != null);
            same.giveBack();
            scene.settle();
            assertThat(scene.origin(0).idle()).as("nobody could use its slot").isOne();
            assertThat(scene.cache.count(PoolCount.EVICTED_FOR_ROOM)).isZero();

            returns(scene, 0);
            scene.pass(Duration.ofMillis(300));
            assertThat(own.loan().isBorrowed()).isTrue();
        }
    }

    private static TestLease waiting(PoolScene scene, int loop, long address) {
        var asker = scene.lease(loop).from(address).borrow();
        scene.settle();
        assertThat(asker.held()).isNull();
        return asker;
    }

    @Test
    void closeWhileAllOriginsAreDownRefusesTheWaiters(Scene test) {
        try (var scene = scene(test, 1, 4, 4)) {
            var asker = waiting(scene, 0);
            var other = waiting(scene, 1);
            scene.cache.close();
            scene.settle();
            assertThat(asker.refusal).isEqualTo(Refusal.CLOSED);
            assertThat(other.refusal).isEqualTo(Refusal.CLOSED);
        }
    }
}
