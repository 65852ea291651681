package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.wait.FairBy;
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
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Proves that client addresses take turns for connections, that trickling requests have at most half of the
/// connections, and that the slowest lease is ended for a waiter.
@Balanced
class FairLeasesTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final long SLOW = LIMIT.toNanos();

    @Test
    void addressesTakeTurnsWhateverCameFirst(Scene test) {
        try (var scene = scene(test, 1, 20, FairBy.ADDRESS)) {
            assertThat(servedInOrder(scene)).containsExactly("1a", "2a", "3a", "1b", "1c", "1d");
        }
    }

    @Test
    void byArrivalTheFirstWaiterIsServedFirst(Scene test) {
        try (var scene = scene(test, 1, 20, FairBy.ARRIVAL)) {
            assertThat(servedInOrder(scene)).containsExactly("1a", "1b", "1c", "1d", "2a", "3a");
        }
    }

    private static List<String> servedInOrder(PoolScene scene) {
        TestLease holder = scene.holding(0);
        var names = List.of("1a", "1b", "1c", "1d", "2a", "3a");
        var waiting = new ArrayList<TestLease>();
        for (int i = 0; i < names.size(); i++) {
            waiting.add(scene.lease(i % 2).from(names.get(i).charAt(0)).borrow());
        }
        var served = new ArrayList<String>();
        while (served.size() < names.size()) {
            holder.giveBack();
            scene.until(() -> waiting.stream().anyMatch(one -> one.held() != null));
            holder = waiting.stream()
                    .filter(one -> one.held() != null)
                    .findFirst()
                    .orElseThrow();
            served.add(names.get(scene.askers.indexOf(holder) - 1));
        }
        holder.giveBack();
        return served;
    }

    @Test
    void anAddressThatFillsTheQueueLosesItsLastPlaceToAnother(Scene test) {
        try (var scene = scene(test, 1, 3, FairBy.ADDRESS)) {
            scene.holding(0);
            var first = scene.lease(0).from(1).borrow();
            var second = scene.lease(1).from(1).borrow();
            var third = scene.lease(1).from(1).borrow();
            var other = scene.lease(0).from(2).borrow();
            scene.settle();

            assertThat(third.refusal).isEqualTo(Refusal.QUEUE_FULL);
            assertThat(other.refusal).isNull();
            assertThat(scene.cache.count(PoolCount.DISPLACED)).isOne();
            // Why: now one has two and the other one: nobody has so many more that it would be fairer to swap.
            assertThat(scene.lease(0).from(2).borrow().refusal).isEqualTo(Refusal.QUEUE_FULL);
            assertThat(scene.lease(0).from(1).borrow().refusal).isEqualTo(Refusal.QUEUE_FULL);
            assertThat(first.refusal).isNull();
            assertThat(second.refusal).isNull();
            assertThat(scene.cache.waiting()).isEqualTo(3);
        }
    }

    @Test
    void aWaiterDisplacedWhileItCancelsIsFree(Scene test) {
        try (var scene = scene(test, 1, 2, FairBy.ADDRESS)) {
            scene.holding(0);
            scene.lease(0).from(1).borrow();
            var displaced = scene.lease(1).from(1).borrow();
            scene.lease(0).from(2).borrow();
            displaced.cancel();
            scene.settle();

            assertThat(displaced.refusal).isNull();
            assertThat(displaced.isFree()).isTrue();
        }
    }

    // ---- requests that trickle in

    @Test
    void tricklingRequestsHaveAtMostHalfOfTheConnections(Scene test) {
        try (var scene = scene(test, 4, 20, FairBy.ADDRESS)) {
            var trickling = new ArrayList<TestLease>();
            for (int i = 0; i < 5; i++) trickling.add(trickling(scene, i % 2));
            scene.settle();
            assertThat(trickling).filteredOn(one -> one.held() != null).hasSize(2);
            assertThat(scene.cache.trickling()).isEqualTo(2);

            // Why: half of the places are everybody else's, and those who wait do not keep them from anybody.
            var whole = scene.holding(0);
            scene.holding(1);
            assertThat(scene.origin(0).connections()).isEqualTo(4);
            whole.giveBack();
            scene.settle();
            assertThat(trickling).filteredOn(one -> one.held() != null).hasSize(2);

            trickling.getFirst().giveBack();
            scene.until(() -> trickling.get(2).held() != null);
            assertThat(scene.cache.trickling()).isEqualTo(2);
        }
    }

    @Test
    void aCompleteRequestNoLongerCountsAsTrickling(Scene test) {
        try (var scene = scene(test, 4, 20, FairBy.ADDRESS)) {
            var first = trickling(scene, 0);
            var second = trickling(scene, 0);
            var third = trickling(scene, 1);
            var fourth = trickling(scene, 1);
            scene.settle();
            assertThat(third.held()).isNull();

            fourth.requestComplete();
            scene.until(() -> fourth.held() != null);
            assertThat(third.held()).isNull();
            first.requestComplete();
            scene.until(() -> third.held() != null);
            assertThat(second.held()).isNotNull();
            assertThat(scene.cache.trickling()).isEqualTo(2);
        }
    }

    @Test
    void everyEndOfALeaseReturnsItsPartOfTheShare(Scene test) {
        try (var scene = scene(test, 2, 20, FairBy.ADDRESS)) {
            var connecting = trickling(scene, 0);
            connecting.cancel();
            assertThat(scene.cache.trickling()).isZero();
            var discarded = trickling(scene, 0);
            scene.until(() -> discarded.held() != null);
            discarded.discard();
            assertThat(scene.cache.trickling()).isZero();
            scene.settle();
            var one = scene.holding(0);
            scene.holding(1);
            var promised = trickling(scene, 1);
            one.giveBack();
            assertThat(scene.cache.trickling()).isOne();
            promised.cancel();
            assertThat(scene.cache.trickling()).isZero();
            scene.settle();
            scene.acceptors.getFirst().close();
            scene.settle();
            var failing = scene.holding(0);
            var refused = trickling(scene, 1);
            failing.discard();
            scene.until(() -> refused.refusal != null);
            assertThat(scene.cache.trickling()).isZero();
        }
    }

    private static TestLease trickling(PoolScene scene, int loop) {
        TestLease asker = scene.lease(loop);
        asker.setTrickling(true);
        return asker.borrow();
    }

    // ---- giving way

    @Test
    void theSlowestLeaseOfAllLoopsEndsAtOnceForAWaiter(Scene test) {
        try (var scene = scene(test, 4, 20, FairBy.ADDRESS)) {
            var slow = slow(scene, 0, SLOW);
            var slowest = slow(scene, 1, 3 * SLOW);
            var quick = slow(scene, 0, SLOW / 2);
            var still = slow(scene, 1, 2 * SLOW);
            var waiting = scene.lease(0).borrow();
            scene.until(() -> waiting.held() != null);
            scene.settle();

            assertThat(slowest.held()).isNull();
            assertThat(List.of(slow, quick, still)).allMatch(one -> one.held() != null);
            assertThat(scene.cache.count(PoolCount.GAVE_WAY)).isOne();
        }
    }

    @Test
    void noMoreSlowLeasesEndThanWaitersNeed(Scene test) {
        try (var scene = scene(test, 4, 20, FairBy.ADDRESS)) {
            for (int i = 0; i < 4; i++) slow(scene, i % 2, (i + 1) * SLOW);
            var waiting = List.of(
                    scene.lease(0).borrow(),
                    scene.lease(1).borrow(),
                    scene.lease(1).borrow());
            scene.until(() -> waiting.stream().allMatch(one -> one.held() != null));
            scene.settle();

            assertThat(scene.cache.count(PoolCount.GAVE_WAY)).isEqualTo(3);
            assertThat(scene.askers.getFirst().held()).isNotNull();
        }
    }

    @Test
    void noLeaseEndsWhileNobodyWaits(Scene test) {
        try (var scene = scene(test, 2, 20, FairBy.ADDRESS)) {
            slow(scene, 0, 5 * SLOW);
            scene.holding(1);
            scene.pass(LIMIT.multipliedBy(3));

            assertThat(scene.cache.count(PoolCount.GAVE_WAY)).isZero();
        }
    }

    @Test
    void aLeaseThatBecomesSlowWhileOthersWaitEndsThen(Scene test) {
        try (var scene = scene(test, 1, 20, FairBy.ADDRESS)) {
            var holder = slow(scene, 1, SLOW / 2);
            var waiting = scene.lease(0).borrow();
            scene.settle();
            assertThat(waiting.held()).isNull();

            scene.advance(LIMIT.dividedBy(2).plusMillis(50));
            holder.slowNanos = SLOW;
            scene.until(() -> waiting.held() != null);
            assertThat(waiting.waitedNanos()).isLessThan(SLOW);
        }
    }

    @Test
    void aLeaseThatMovesAfterAllKeepsItsConnection(Scene test) {
        try (var scene = scene(test, 2, 20, FairBy.ADDRESS)) {
            var moving = slow(scene, 0, 2 * SLOW);
            var slow = slow(scene, 1, SLOW);
            moving.endsWhenStalled = false;
            var waiting = scene.lease(0).borrow();
            moving.slowNanos = 0;
            scene.until(() -> waiting.held() != null);

            assertThat(moving.held()).isNotNull();
            assertThat(slow.held()).isNull();
        }
    }

    @Test
    void oneWaiterEndsTheYieldingLeaseAndNoSlowOneToo(Scene test) {
        try (var scene = scene(test, 2, 20, FairBy.ADDRESS)) {
            var slow = slow(scene, 0, SLOW);
            var yielding = scene.holding(1);
            yielding.yieldWhenNeeded();
            var waiting = scene.lease(0).borrow();
            scene.until(() -> waiting.held() != null);
            scene.settle();

            assertThat(yielding.held()).isNull();
            assertThat(slow.held()).isNotNull();
            assertThat(scene.cache.count(PoolCount.GAVE_WAY)).isZero();
        }
    }

    @Test
    void oneWaiterEndsTheSlowLeaseAndNoYieldingOneToo(Scene test) {
        try (var scene = scene(test, 2, 20, FairBy.ADDRESS)) {
            var slow = slow(scene, 1, SLOW);
            var late = scene.holding(0);
            var waiting = scene.lease(0).borrow();
            // Why: with this turn the slow one is chosen; it has not heard of it.
            scene.turn();
            assertThat(slow.held()).isNotNull();
            late.yieldWhenNeeded();
            scene.until(() -> waiting.held() != null);
            scene.settle();

            assertThat(slow.held()).isNull();
            assertThat(late.held()).isNotNull();
            assertThat(scene.cache.count(PoolCount.YIELDED)).isZero();
        }
    }

    @Test
    void aChosenLeaseContinuesWhenNobodyWaitsAnyLonger(Scene test) {
        try (var scene = scene(test, 1, 20, FairBy.ADDRESS)) {
            var slow = slow(scene, 1, SLOW);
            var waiting = scene.lease(0).borrow();
            scene.turn();
            waiting.cancel();
            scene.settle();

            assertThat(slow.held()).isNotNull();
            assertThat(scene.cache.count(PoolCount.GAVE_WAY)).isZero();
        }
    }

    // ---- addresses with slow clients

    /// Eight connections, all lent to address 1, one of which is ended for address 2.
    private static List<TestLease> crowd(PoolScene scene, int holding) {
        var crowd = new ArrayList<TestLease>();
        for (int i = 0; i < holding; i++) {
            TestLease one = scene.lease(i % 2).from(1).borrow();
            scene.until(() -> one.held() != null);
            one.slowNanos = SLOW;
            crowd.add(one);
        }
        TestLease first = scene.lease(0).from(2).borrow();
        scene.until(() -> first.held() != null);
        first.giveBack();
        scene.settle();
        assertThat(scene.cache.count(PoolCount.GAVE_WAY)).isOne();
        return crowd;
    }

    @Test
    void aSlowAddressLeavesAnEighthOfTheConnectionsToOthers(Scene test) {
        try (var scene = scene(test, 16, 20, FairBy.ADDRESS)) {
            var crowd = crowd(scene, 16);
            crowd.forEach(TestLease::endLease);
            scene.settle();
            for (int i = 0; i < 16; i++) scene.lease(i % 2).from(1).borrow();
            scene.settle();

            assertThat(lentTo(scene, 1)).isEqualTo(14);
            assertThat(scene.cache.waiting()).isEqualTo(2);
            for (int i = 0; i < 2; i++) {
                assertThat(scene.lease(i).from(2).borrow().waitedNanos()).isZero();
            }
            scene.settle();
            assertThat(lentTo(scene, 2)).isEqualTo(2);
        }
    }

    @Test
    void waitersOfASlowAddressAreLimitedToo(Scene test) {
        try (var scene = scene(test, 8, 40, FairBy.ADDRESS)) {
            var crowd = new ArrayList<TestLease>();
            for (int i = 0; i < 24; i++) {
                TestLease one = scene.lease(i % 2).from(1).borrow();
                one.slowNanos = SLOW / 2;
                crowd.add(one);
            }
            scene.settle();
            assertThat(lentTo(scene, 1)).isEqualTo(8);
            crowd.forEach(one -> one.slowNanos = SLOW);
            TestLease first = scene.lease(0).from(2).borrow();
            scene.until(() -> first.held() != null);
            for (TestLease one : crowd) one.slowNanos = 0;
            scene.settle();

            crowd.stream().filter(one -> one.held() != null).forEach(TestLease::giveBack);
            scene.settle();
            first.giveBack();
            scene.settle();
            assertThat(lentTo(scene, 1)).isEqualTo(7);
            TestLease second = scene.lease(1).from(2).borrow();
            scene.settle();
            assertThat(second.held()).isNotNull();
        }
    }

    @Test
    void slowClientsReplaceEachOtherWhenTheirShareIsUsedUp(Scene test) {
        try (var scene = scene(test, 8, 20, FairBy.ADDRESS)) {
            var crowd = crowd(scene, 8);
            crowd.forEach(TestLease::endLease);
            scene.settle();
            var holding = new ArrayList<TestLease>();
            for (int i = 0; i < 7; i++) {
                TestLease one = scene.lease(i % 2).from(1).borrow();
                scene.until(() -> one.held() != null);
                one.slowNanos = SLOW + i;
                holding.add(one);
            }
            TestLease prompt = scene.lease(0).from(2).borrow();
            scene.settle();
            prompt.slowNanos = 9 * SLOW;
            TestLease waiting = scene.lease(1).from(1).borrow();
            scene.until(() -> waiting.held() != null);
            scene.settle();

            assertThat(holding.getLast().held()).as("the slowest of its kind").isNull();
            assertThat(lentTo(scene, 1)).isEqualTo(7);
            assertThat(prompt.held()).as("its connection would be of no use").isNotNull();
        }
    }

    /// As many of eight connections as address 1 may have after it has become slow.
    private static List<TestLease> shareUsedUp(PoolScene scene) {
        crowd(scene, 8).forEach(TestLease::endLease);
        scene.settle();
        var holding = new ArrayList<TestLease>();
        for (int i = 0; i < 7; i++) {
            TestLease one = scene.lease(0).from(1).borrow();
            scene.until(() -> one.held() != null);
            holding.add(one);
        }
        return holding;
    }

    @Test
    void aKeptConnectionIsLentToASlowAddressWithinItsShareOnly(Scene test) {
        try (var scene = scene(test, 8, 20, FairBy.ADDRESS)) {
            TestLease logsIn = shareUsedUp(scene).getLast();
            TestLease keeper = scene.lease(0).from(1);
            TestLease waiting = scene.lease(0).from(1).borrow();
            scene.settle();
            assertThat(waiting.held()).isNull();

            assertThat(logsIn.passTo(keeper)).isTrue();
            scene.settle();
            assertThat(waiting.held())
                    .as("the part of the share that was given back")
                    .isNotNull();
            assertThat(logsIn.takeFrom(keeper)).isFalse();
            scene.settle();
            assertThat(logsIn.isFree()).isTrue();
            assertThat(lentTo(scene, 1)).isEqualTo(7);

            waiting.giveBack();
            TestLease other = scene.holding(0);
            TestLease another = scene.lease(0).from(2);
            assertThat(other.passTo(another)).isTrue();
            assertThat(other.takeFrom(another)).isTrue();
        }
    }

    @Test
    void aWaiterForTheShareIsServedWhenItsClientMayHaveLeft(Scene test) {
        try (var scene = scene(test, 8, 20, FairBy.ADDRESS)) {
            shareUsedUp(scene);
            scene.holding(0).giveBack();
            TestLease waiting = scene.lease(0).from(1).borrow();
            scene.settle();
            assertThat(waiting.held()).isNull();

            waiting.clientLeft();
            scene.settle();
            assertThat(waiting.held())
                    .as("nobody else needs the last connection")
                    .isNotNull();
        }
    }

    @Test
    void aSlowAddressIsForgottenAfterAMinute(Scene test) {
        try (var scene = scene(test, 8, 20, FairBy.ADDRESS)) {
            var crowd = crowd(scene, 8);
            crowd.forEach(TestLease::endLease);
            scene.pass(Duration.ofSeconds(61));
            for (int i = 0; i < 8; i++) scene.lease(i % 2).from(1).borrow();
            scene.settle();

            assertThat(lentTo(scene, 1)).isEqualTo(8);
        }
    }

    @Test
    void byArrivalNoAddressIsRemembered(Scene test) {
        try (var scene = scene(test, 8, 20, FairBy.ARRIVAL)) {
            var crowd = crowd(scene, 8);
            crowd.forEach(TestLease::endLease);
            scene.settle();
            for (int i = 0; i < 8; i++) scene.lease(i % 2).from(1).borrow();
            scene.settle();

            assertThat(lentTo(scene, 1)).isEqualTo(8);
        }
    }

    private static long lentTo(PoolScene scene, long address) {
        return scene.askers.stream()
                .filter(one -> one.address == address && one.held() != null)
                .count();
    }

    private static TestLease slow(PoolScene scene, int loop, long nanos) {
        TestLease asker = scene.holding(loop);
        asker.slowNanos = nanos;
        return asker;
    }

    private static PoolScene scene(Scene test, int connections, int waiting, FairBy fairBy) {
        var limits = new PoolLimits(
                connections,
                waiting,
                Duration.ofSeconds(50),
                Duration.ofSeconds(55),
                Duration.ofSeconds(2),
                fairBy,
                LIMIT);
        return new PoolScene(test, new Setting(false, 1, limits, UnaryOperator.identity()));
    }
}
