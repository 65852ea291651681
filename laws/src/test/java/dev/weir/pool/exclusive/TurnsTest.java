package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.wait.FairBy;
import dev.weir.pool.PoolCount;
import dev.weir.pool.PoolLimits;
import dev.weir.pool.Refusal;
import dev.weir.pool.exclusive.PoolScene.Asker;
import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Proves that client addresses take turns for connections, that requests which trickle in have half of the
/// connections
/// at most, and that the slowest lease gives way to one that waits.
@Balanced
class TurnsTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final long SLOW = LIMIT.toNanos();

    @Test
    void addressesTakeTurnsWhateverCameFirst(Scene test) {
        try (var scene = scene(test, 1, 20, FairBy.ADDRESS)) {
            assertThat(servedInOrder(scene)).containsExactly("1a", "2a", "3a", "1b", "1c", "1d");
        }
    }

    @Test
    void byArrivalTheFirstToComeIsServedFirst(Scene test) {
        try (var scene = scene(test, 1, 20, FairBy.ARRIVAL)) {
            assertThat(servedInOrder(scene)).containsExactly("1a", "1b", "1c", "1d", "2a", "3a");
        }
    }

    private static List<String> servedInOrder(PoolScene scene) {
        Asker holder = scene.holding(0);
        var names = List.of("1a", "1b", "1c", "1d", "2a", "3a");
        var waiting = new ArrayList<Asker>();
        for (int i = 0; i < names.size(); i++) {
            waiting.add(scene.asker(i % 2).from(names.get(i).charAt(0)).borrow());
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
            var first = scene.asker(0).from(1).borrow();
            var second = scene.asker(1).from(1).borrow();
            var third = scene.asker(1).from(1).borrow();
            var other = scene.asker(0).from(2).borrow();
            scene.settle();

            assertThat(third.refusal).isEqualTo(Refusal.QUEUE_FULL);
            assertThat(other.refusal).isNull();
            assertThat(scene.cache.count(PoolCount.DISPLACED)).isOne();
            // Why: now one has two and the other one: nobody has so many more that it would be fairer to swap.
            assertThat(scene.asker(0).from(2).borrow().refusal).isEqualTo(Refusal.QUEUE_FULL);
            assertThat(scene.asker(0).from(1).borrow().refusal).isEqualTo(Refusal.QUEUE_FULL);
            assertThat(first.refusal).isNull();
            assertThat(second.refusal).isNull();
            assertThat(scene.cache.waiting()).isEqualTo(3);
        }
    }

    @Test
    void aWaiterThatIsDisplacedWhileItGivesUpIsFree(Scene test) {
        try (var scene = scene(test, 1, 2, FairBy.ADDRESS)) {
            scene.holding(0);
            scene.asker(0).from(1).borrow();
            var displaced = scene.asker(1).from(1).borrow();
            scene.asker(0).from(2).borrow();
            displaced.cancel();
            scene.settle();

            assertThat(displaced.refusal).isNull();
            assertThat(displaced.isFree()).isTrue();
        }
    }

    // ---- requests that trickle in

    @Test
    void requestsThatTrickleHaveHalfOfTheConnectionsAtMost(Scene test) {
        try (var scene = scene(test, 4, 20, FairBy.ADDRESS)) {
            var trickling = new ArrayList<Asker>();
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
    void aRequestThatHasComeWholeCountsAsTricklingNoLonger(Scene test) {
        try (var scene = scene(test, 4, 20, FairBy.ADDRESS)) {
            var first = trickling(scene, 0);
            var second = trickling(scene, 0);
            var third = trickling(scene, 1);
            var fourth = trickling(scene, 1);
            scene.settle();
            assertThat(third.held()).isNull();

            fourth.cameWhole();
            scene.until(() -> fourth.held() != null);
            assertThat(third.held()).isNull();
            first.cameWhole();
            scene.until(() -> third.held() != null);
            assertThat(second.held()).isNotNull();
            assertThat(scene.cache.trickling()).isEqualTo(2);
        }
    }

    @Test
    void everyEndOfABorrowGivesItsPartOfTheShareBack(Scene test) {
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

    private static Asker trickling(PoolScene scene, int loop) {
        Asker asker = scene.asker(loop);
        asker.trickles(true);
        return asker.borrow();
    }

    // ---- giving way

    @Test
    void theSlowestOfAllLoopsGivesWayAtOnceToOneThatWaits(Scene test) {
        try (var scene = scene(test, 4, 20, FairBy.ADDRESS)) {
            var slow = slow(scene, 0, SLOW);
            var slowest = slow(scene, 1, 3 * SLOW);
            var quick = slow(scene, 0, SLOW / 2);
            var still = slow(scene, 1, 2 * SLOW);
            var waiting = scene.asker(0).borrow();
            scene.until(() -> waiting.held() != null);
            scene.settle();

            assertThat(slowest.held()).isNull();
            assertThat(List.of(slow, quick, still)).allMatch(one -> one.held() != null);
            assertThat(scene.cache.count(PoolCount.GAVE_WAY)).isOne();
        }
    }

    @Test
    void asManyGiveWayAsWaitAndNoMore(Scene test) {
        try (var scene = scene(test, 4, 20, FairBy.ADDRESS)) {
            for (int i = 0; i < 4; i++) slow(scene, i % 2, (i + 1) * SLOW);
            var waiting = List.of(
                    scene.asker(0).borrow(),
                    scene.asker(1).borrow(),
                    scene.asker(1).borrow());
            scene.until(() -> waiting.stream().allMatch(one -> one.held() != null));
            scene.settle();

            assertThat(scene.cache.count(PoolCount.GAVE_WAY)).isEqualTo(3);
            assertThat(scene.askers.getFirst().held()).isNotNull();
        }
    }

    @Test
    void nobodyGivesWayWhileNobodyWaits(Scene test) {
        try (var scene = scene(test, 2, 20, FairBy.ADDRESS)) {
            slow(scene, 0, 5 * SLOW);
            scene.holding(1);
            scene.pass(LIMIT.multipliedBy(3));

            assertThat(scene.cache.count(PoolCount.GAVE_WAY)).isZero();
        }
    }

    @Test
    void oneThatBecomesSlowWhileOthersWaitGivesWayThen(Scene test) {
        try (var scene = scene(test, 1, 20, FairBy.ADDRESS)) {
            var holder = slow(scene, 1, SLOW / 2);
            var waiting = scene.asker(0).borrow();
            scene.settle();
            assertThat(waiting.held()).isNull();

            scene.advance(LIMIT.dividedBy(2).plusMillis(50));
            holder.slowNanos = SLOW;
            scene.until(() -> waiting.held() != null);
            assertThat(waiting.waitedNanos()).isLessThan(SLOW);
        }
    }

    @Test
    void oneThatMovesAfterAllKeepsItsConnection(Scene test) {
        try (var scene = scene(test, 2, 20, FairBy.ADDRESS)) {
            var moving = slow(scene, 0, 2 * SLOW);
            var slow = slow(scene, 1, SLOW);
            moving.givesWay = false;
            var waiting = scene.asker(0).borrow();
            moving.slowNanos = 0;
            scene.until(() -> waiting.held() != null);

            assertThat(moving.held()).isNotNull();
            assertThat(slow.held()).isNull();
        }
    }

    @Test
    void oneWaiterEndsNoSlowLoanBesidesTheOneThatYields(Scene test) {
        try (var scene = scene(test, 2, 20, FairBy.ADDRESS)) {
            var slow = slow(scene, 0, SLOW);
            var yielding = scene.holding(1);
            yielding.yieldWhenNeeded();
            var waiting = scene.asker(0).borrow();
            scene.until(() -> waiting.held() != null);
            scene.settle();

            assertThat(yielding.held()).isNull();
            assertThat(slow.held()).isNotNull();
            assertThat(scene.cache.count(PoolCount.GAVE_WAY)).isZero();
        }
    }

    @Test
    void oneWaiterEndsNoYieldingLoanBesidesTheSlowOne(Scene test) {
        try (var scene = scene(test, 2, 20, FairBy.ADDRESS)) {
            var slow = slow(scene, 1, SLOW);
            var late = scene.holding(0);
            var waiting = scene.asker(0).borrow();
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
    void oneThatWasChosenGoesOnWhenNobodyWaitsAnyLonger(Scene test) {
        try (var scene = scene(test, 1, 20, FairBy.ADDRESS)) {
            var slow = slow(scene, 1, SLOW);
            var waiting = scene.asker(0).borrow();
            scene.turn();
            waiting.cancel();
            scene.settle();

            assertThat(slow.held()).isNotNull();
            assertThat(scene.cache.count(PoolCount.GAVE_WAY)).isZero();
        }
    }

    // ---- addresses with slow clients

    /// Eight connections, all of address 1, of which one has to give way to address 2.
    private static List<Asker> crowd(PoolScene scene, int holding) {
        var crowd = new ArrayList<Asker>();
        for (int i = 0; i < holding; i++) {
            Asker one = scene.asker(i % 2).from(1).borrow();
            scene.until(() -> one.held() != null);
            one.slowNanos = SLOW;
            crowd.add(one);
        }
        Asker first = scene.asker(0).from(2).borrow();
        scene.until(() -> first.held() != null);
        first.giveBack();
        scene.settle();
        assertThat(scene.cache.count(PoolCount.GAVE_WAY)).isOne();
        return crowd;
    }

    @Test
    void anAddressWhoseClientGaveWayLeavesAnEighthOfTheConnectionsToOthers(Scene test) {
        try (var scene = scene(test, 16, 20, FairBy.ADDRESS)) {
            var crowd = crowd(scene, 16);
            crowd.forEach(Asker::endLease);
            scene.settle();
            for (int i = 0; i < 16; i++) scene.asker(i % 2).from(1).borrow();
            scene.settle();

            assertThat(lentTo(scene, 1)).isEqualTo(14);
            assertThat(scene.cache.waiting()).isEqualTo(2);
            for (int i = 0; i < 2; i++) {
                assertThat(scene.asker(i).from(2).borrow().waitedNanos()).isZero();
            }
            scene.settle();
            assertThat(lentTo(scene, 2)).isEqualTo(2);
        }
    }

    @Test
    void thoseOfTheAddressThatWaitAlreadyAreNoException(Scene test) {
        try (var scene = scene(test, 8, 40, FairBy.ADDRESS)) {
            var crowd = new ArrayList<Asker>();
            for (int i = 0; i < 24; i++) {
                Asker one = scene.asker(i % 2).from(1).borrow();
                one.slowNanos = SLOW / 2;
                crowd.add(one);
            }
            scene.settle();
            assertThat(lentTo(scene, 1)).isEqualTo(8);
            crowd.forEach(one -> one.slowNanos = SLOW);
            Asker first = scene.asker(0).from(2).borrow();
            scene.until(() -> first.held() != null);
            for (Asker one : crowd) one.slowNanos = 0;
            scene.settle();

            crowd.stream().filter(one -> one.held() != null).forEach(Asker::giveBack);
            scene.settle();
            first.giveBack();
            scene.settle();
            assertThat(lentTo(scene, 1)).isEqualTo(7);
            Asker second = scene.asker(1).from(2).borrow();
            scene.settle();
            assertThat(second.held()).isNotNull();
        }
    }

    @Test
    void slowClientsGiveWayToEachOtherWhenTheirShareIsUsedUp(Scene test) {
        try (var scene = scene(test, 8, 20, FairBy.ADDRESS)) {
            var crowd = crowd(scene, 8);
            crowd.forEach(Asker::endLease);
            scene.settle();
            var holding = new ArrayList<Asker>();
            for (int i = 0; i < 7; i++) {
                Asker one = scene.asker(i % 2).from(1).borrow();
                scene.until(() -> one.held() != null);
                one.slowNanos = SLOW + i;
                holding.add(one);
            }
            Asker prompt = scene.asker(0).from(2).borrow();
            scene.settle();
            prompt.slowNanos = 9 * SLOW;
            Asker waiting = scene.asker(1).from(1).borrow();
            scene.until(() -> waiting.held() != null);
            scene.settle();

            assertThat(holding.getLast().held()).as("the slowest of its kind").isNull();
            assertThat(lentTo(scene, 1)).isEqualTo(7);
            assertThat(prompt.held()).as("its connection would be of no use").isNotNull();
        }
    }

    /// As many of address 1 as it may have of eight connections, after one of its clients gave way.
    private static List<Asker> shareUsedUp(PoolScene scene) {
        crowd(scene, 8).forEach(Asker::endLease);
        scene.settle();
        var holding = new ArrayList<Asker>();
        for (int i = 0; i < 7; i++) {
            Asker one = scene.asker(0).from(1).borrow();
            scene.until(() -> one.held() != null);
            holding.add(one);
        }
        return holding;
    }

    @Test
    void aKeptConnectionIsLentToASlowAddressWithinItsShareOnly(Scene test) {
        try (var scene = scene(test, 8, 20, FairBy.ADDRESS)) {
            Asker logsIn = shareUsedUp(scene).getLast();
            Asker keeper = scene.asker(0).from(1);
            Asker waiting = scene.asker(0).from(1).borrow();
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
            Asker other = scene.holding(0);
            Asker another = scene.asker(0).from(2);
            assertThat(other.passTo(another)).isTrue();
            assertThat(other.takeFrom(another)).isTrue();
        }
    }

    @Test
    void oneThatWaitsForTheShareIsServedWhenItsClientMayHaveLeft(Scene test) {
        try (var scene = scene(test, 8, 20, FairBy.ADDRESS)) {
            shareUsedUp(scene);
            scene.holding(0).giveBack();
            Asker waiting = scene.asker(0).from(1).borrow();
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
    void anAddressIsForgivenAfterAMinute(Scene test) {
        try (var scene = scene(test, 8, 20, FairBy.ADDRESS)) {
            var crowd = crowd(scene, 8);
            crowd.forEach(Asker::endLease);
            scene.pass(Duration.ofSeconds(61));
            for (int i = 0; i < 8; i++) scene.asker(i % 2).from(1).borrow();
            scene.settle();

            assertThat(lentTo(scene, 1)).isEqualTo(8);
        }
    }

    @Test
    void byArrivalNoAddressIsRemembered(Scene test) {
        try (var scene = scene(test, 8, 20, FairBy.ARRIVAL)) {
            var crowd = crowd(scene, 8);
            crowd.forEach(Asker::endLease);
            scene.settle();
            for (int i = 0; i < 8; i++) scene.asker(i % 2).from(1).borrow();
            scene.settle();

            assertThat(lentTo(scene, 1)).isEqualTo(8);
        }
    }

    private static long lentTo(PoolScene scene, long address) {
        return scene.askers.stream()
                .filter(one -> one.address == address && one.held() != null)
                .count();
    }

    private static Asker slow(PoolScene scene, int loop, long nanos) {
        Asker asker = scene.holding(loop);
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
