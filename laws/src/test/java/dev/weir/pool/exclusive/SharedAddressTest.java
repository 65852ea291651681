package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.Origin;
import dev.weir.pool.OriginListener;
import dev.weir.pool.PoolCount;
import dev.weir.pool.Refusal;
import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.pool.exclusive.PoolScene.TestLease;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves that two pools with an origin at one address share its slots and its health: the larger number is the
/// limit, the smaller a cap within it, and the longest waiter is served first.
@Balanced
class SharedAddressTest {
    private static PoolScene slots(Scene test, int count) {
        return new PoolScene(test, Setting.of(1, count, 4));
    }

    @Test
    void twoPoolsShareTheLargerLimitAndOneKeepsItsSmallerLimit(Scene test) {
        try (var scene = slots(test, 3);
                var other = scene.another(1, 2_000)) {
            var first = scene.leaseOf(other, 0).borrow();
            scene.until(() -> first.held() != null);
            var beyondItsCap = scene.leaseOf(other, 1).borrow();
            scene.settle();
            assertThat(beyondItsCap.held()).as("the smaller number is a cap").isNull();
            scene.holding(0);
            scene.holding(1);
            var beyondAll = scene.lease(0).borrow();
            scene.settle();

            assertThat(beyondAll.held()).as("the larger number is the limit").isNull();
            assertThat(scene.accepted.getFirst()).hasSize(3);
            beyondItsCap.cancel();
            beyondAll.cancel();
            first.giveBack();
        }
    }

    @Test
    void aSlotFreedByOnePoolServesAWaiterOfTheOther(Scene test) {
        try (var scene = slots(test, 1);
                var other = scene.another(1, 2_000)) {
            var holder = scene.holding(0);
            var waiter = scene.leaseOf(other, 1).borrow();
            scene.settle();
            assertThat(waiter.held()).isNull();

            holder.discard();
            scene.until(() -> waiter.held() != null);
            waiter.giveBack();
        }
    }

    @Test
    void theLongestWaiterIsServedFirstWhicheverPoolFreesTheSlot(Scene test) {
        try (var scene = slots(test, 1);
                var other = scene.another(1, 2_000)) {
            var holder = scene.holding(0);
            var older = scene.leaseOf(other, 1).borrow();
            scene.pass(Duration.ofMillis(10));
            var younger = scene.lease(0).borrow();
            scene.settle();

            holder.discard();
            scene.until(() -> older.held() != null);
            assertThat(younger.held()).isNull();
            older.discard();
            scene.until(() -> younger.held() != null);
            younger.giveBack();
        }
    }

    @Test
    void anIdleConnectionOfOnePoolIsClosedForAWaiterOfTheOther(Scene test) {
        try (var scene = slots(test, 1);
                var other = scene.another(1, 2_000)) {
            scene.holding(0).giveBack();
            assertThat(scene.origin(0).idle()).isOne();
            var waiter = scene.leaseOf(other, 1).borrow();

            scene.until(() -> waiter.held() != null);
            assertThat(scene.cache.count(PoolCount.EVICTED_FOR_ROOM)).isOne();
            waiter.giveBack();
        }
    }

    @Test
    void aLeaseThatYieldsEndsForAWaiterOfTheOtherPool(Scene test) {
        try (var scene = slots(test, 1);
                var other = scene.another(1, 2_000)) {
            var keeper = scene.holding(0);
            keeper.yieldWhenNeeded();
            var waiter = scene.leaseOf(other, 1).borrow();

            scene.until(() -> waiter.held() != null);
            assertThat(keeper.held()).isNull();
            waiter.giveBack();
        }
    }

    @Test
    void oneThatWaitsInBothPoolsEndsOneYieldingLease(Scene test) {
        try (var scene = slots(test, 2);
                var other = scene.another(2, 2_000)) {
            var one = scene.holding(0);
            var two = scene.holding(1);
            one.yieldWhenNeeded();
            two.yieldWhenNeeded();
            var waiter = scene.leaseOf(other, 1).borrow();

            scene.until(() -> waiter.held() != null);
            scene.settle();
            assertThat(one.held()).as("the oldest yields").isNull();
            assertThat(two.held()).as("one waiter ends one lease").isNotNull();
            waiter.giveBack();
        }
    }

    @Test
    void poolsWithTheSameTermsGetTheSameHealthReports(Scene test) {
        try (var scene = slots(test, 2);
                var same = scene.another(2, 2_000);
                var hasty = scene.another(2, 500)) {
            var told = new ArrayList<String>();
            scene.cache.setOriginListener(watch("first", told));
            same.setOriginListener(watch("same", told));
            hasty.setOriginListener(watch("hasty", told));
            var port = scene.acceptors.getFirst().local();
            scene.acceptors.getFirst().close();
            scene.settle();
            var failed = scene.lease(0).borrow();
            scene.until(() -> failed.refusal != null);

            assertThat(failed.refusal).isEqualTo(Refusal.CONNECT_FAILED);
            assertThat(told).containsExactly("first gone", "same gone");
            assertThat(same.origins().getFirst().isFailing()).isTrue();
            assertThat(hasty.origins().getFirst().isFailing()).isFalse();

            scene.listenAgain(port);
            var asker = scene.leaseOf(same, 0).borrow();
            scene.until(() -> asker.held() != null);
            assertThat(told).endsWith("first back", "same back").hasSize(4);
            assertThat(scene.origin(0).isFailing()).isFalse();
            asker.giveBack();
        }
    }

    @Test
    void aPoolThatRaisesTheLimitServesAWaiterOfAnother(Scene test) {
        try (var scene = slots(test, 1);
                var other = scene.another(1, 2_000)) {
            TestLease holder = scene.holding(0);
            TestLease waiter = scene.leaseOf(other, 1).borrow();
            scene.settle();
            assertThat(waiter.held()).isNull();
            try (var larger = scene.another("larger", 2, 2_000)) {
                scene.settle();
                assertThat(larger.origins()).hasSize(1);
                assertThat(waiter.held()).isNotNull();
            }
            holder.giveBack();
            waiter.giveBack();
        }
    }

    @Test
    void theLimitFollowsThePoolsThatUseTheAddress(Scene test) {
        try (var scene = slots(test, 1)) {
            TestLease waiter;
            try (var other = scene.another(3, 2_000)) {
                var holder = scene.holding(0);
                waiter = scene.lease(0).borrow();
                scene.settle();
                assertThat(waiter.held()).as("its own number is a cap").isNull();
                var more = scene.leaseOf(other, 0).borrow();
                scene.until(() -> more.held() != null);
                holder.giveBack();
                scene.until(() -> waiter.held() != null);
                more.discard();
                scene.settle();
            }
            var late = scene.lease(1).borrow();
            scene.settle();
            assertThat(late.held()).isNull();
            waiter.discard();
            scene.until(() -> late.held() != null);
            late.giveBack();
        }
    }

    private static OriginListener watch(String who, List<String> told) {
        return new OriginListener() {
            @Override
            public void originDown(Origin origin, String why, long untold) {
                told.add(who + " gone");
            }

            @Override
            public void originUp(Origin origin, long goneNanos) {
                told.add(who + " back");
            }
        };
    }
}
