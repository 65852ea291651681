package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.pool.PoolCount;
import dev.weir.pool.Refusal;
import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that waiters are served first come first served over all loops, and that a promise to a cancelled waiter
/// reaches the next one, with one connection and several leases on loops turned by hand.
@Balanced
class WaitingTest {

    @Test
    @DisplayName("P-02 waiters of all loops are served first come first served")
    void waitersAreServedFirstComeFirstServed(Scene test) {
        try (var scene = one(test)) {
            var holder = scene.holding(0);
            var first = scene.lease(1).borrow();
            var second = scene.lease(0).borrow();
            var third = scene.lease(1).borrow();

            holder.giveBack();
            scene.settle();
            assertThat(first.loan().connection().loop()).isSameAs(scene.loop(1));
            assertThat(second.isFree()).isFalse();
            first.giveBack();
            scene.settle();
            assertThat(second.loan().connection().loop()).isSameAs(scene.loop(0));
            assertThat(third.held()).isNull();
            second.giveBack();
            scene.settle();
            assertThat(third.reused).isTrue();
            assertThat(scene.cache.count(PoolCount.CREATED)).isOne();
        }
    }

    @Test
    @DisplayName("P-02 a waiter that gives up leaves no hole")
    void aCancelledWaiterLeavesNoGapInTheQueue(Scene test) {
        try (var scene = one(test)) {
            var holder = scene.holding(0);
            var first = scene.lease(0).borrow();
            var second = scene.lease(1).borrow();
            var third = scene.lease(0).borrow();

            second.cancel();
            assertThat(scene.cache.waiting()).isEqualTo(2);
            holder.giveBack();
            scene.settle();
            first.giveBack();
            scene.settle();

            assertThat(third.reused).isTrue();
            assertThat(second.refusal).isNull();
            assertThat(second.isFree()).isTrue();
        }
    }

    @Test
    @DisplayName("P-02 a cancel that meets the hand-over passes the connection on")
    void aCancelDuringTheHandOffPassesTheConnectionOn(Scene test) {
        try (var scene = one(test)) {
            var holder = scene.holding(0);
            var first = scene.lease(1).borrow();
            var second = scene.lease(0).borrow();

            holder.giveBack();
            first.cancel();
            first.borrow();
            scene.settle();

            assertThat(second.reused).isTrue();
            assertThat(first.held()).isNull();
        }
    }

    @Test
    void aCancelWhileTheConnectionMovesPassesItOn(Scene test) {
        try (var scene = one(test)) {
            var holder = scene.holding(0);
            var first = scene.lease(1).borrow();
            var second = scene.lease(0).borrow();

            holder.giveBack();
            scene.loop(0).turn(0); // it has left its loop and not yet arrived
            first.cancel();
            scene.settle();

            assertThat(second.reused).isTrue();
        }
    }

    @Test
    void aCancelAfterASlotWasGrantedPassesTheSlotOn(Scene test) {
        try (var scene = one(test)) {
            var holder = scene.holding(0);
            var first = scene.lease(1).borrow();
            var second = scene.lease(0).borrow();

            holder.discard();
            scene.loop(0).turn(0); // the slot is free and the right is on its way to the other loop
            first.cancel();
            scene.settle();

            assertThat(second.loan().isBorrowed()).isTrue();
        }
    }

    @Test
    @DisplayName("P-04 a discarded connection wakes a waiter, which makes another")
    void aDiscardWakesAWaiter(Scene test) {
        try (var scene = one(test)) {
            var holder = scene.holding(0);
            var waiter = scene.lease(1).borrow();

            holder.discard();
            scene.settle();

            assertThat(waiter.reused).isFalse();
            assertThat(waiter.loan().connection().loop()).isSameAs(scene.loop(1));
        }
    }

    @Test
    void aWaiterKeepsItsTurnWhenItsPromisedConnectionDies(Scene test) {
        try (var scene = one(test)) {
            var holder = scene.holding(0);
            var first = scene.lease(1).borrow();
            var second = scene.lease(0).borrow();

            holder.giveBack();
            scene.peer().abort();
            scene.settle();

            assertThat(first.reused).isFalse();
            assertThat(first.loan().isBorrowed()).isTrue();
            assertThat(second.held()).isNull();
        }
    }

    @Test
    void laterLeasesDoNotOvertakeWaiters(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(2, 1, 8))) {
            var second = scene.acceptors.getLast();
            second.close();
            scene.settle();
            scene.holding(0); // of the first origin
            var failed = scene.lease(0).borrow();
            scene.until(() -> failed.refusal != null);
            var waiter = scene.lease(1).borrow();
            scene.listenAgain(second.local());

            scene.advance(Duration.ofMillis(1001)); // the second origin is passed over no longer
            var later = scene.lease(0).borrow();
            scene.settle();

            assertThat(waiter.held()).isNotNull();
            assertThat(later.held()).isNull();
        }
    }

    @Test
    void whenTheQueueIsFullTheNextIsRefusedAtOnce(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 1))) {
            scene.holding(0);
            scene.lease(0).borrow();

            assertThat(scene.lease(1).borrow().refusal).isEqualTo(Refusal.QUEUE_FULL);
            assertThat(scene.cache.waiting()).isOne();
        }
    }

    @Test
    @DisplayName(
            "S-13 a thousand of two loops wait for one connection: it goes from one to the next in the order they came")
    void aThousandWaitersAreServedInOrder(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 1000))) {
            var holder = scene.holding(0);
            var waiting = new ArrayList<PoolScene.TestLease>();
            for (int i = 0; i < 1000; i++) waiting.add(scene.lease(i % 2).borrow());
            assertThat(scene.lease(0).borrow().refusal).isEqualTo(Refusal.QUEUE_FULL);

            for (PoolScene.TestLease next : waiting) {
                holder.giveBack();
                scene.until(() -> next.held() != null);
                holder = next;
            }
            assertThat(scene.cache.count(PoolCount.CREATED)).isOne();
        }
    }

    @Test
    void aWaitEndsAtItsDeadlineAndReportsItsLength(Scene test) {
        try (var scene = one(test)) {
            scene.holding(0);
            var waiter = scene.lease(1).borrow();

            scene.pass(Duration.ofMillis(4900));
            assertThat(waiter.refusal).isNull();
            scene.pass(Duration.ofMillis(200));

            assertThat(waiter.refusal).isEqualTo(Refusal.TIMED_OUT);
            assertThat(waiter.waitedNanos()).isBetween(5_000_000_000L, 5_100_000_000L);
            assertThat(scene.cache.waiting()).isZero();
        }
    }

    @Test
    @DisplayName("P-05 giving back twice is an error, also when another has it by then")
    void givingBackTwiceIsAnError(Scene test) {
        try (var scene = one(test)) {
            var asker = scene.holding(0);
            var entry = asker.loan();
            asker.giveBack();
            assertThatThrownBy(() -> asker.giveBack()).isInstanceOf(IllegalStateException.class);

            var other = scene.lease(0).borrow();
            assertThat(other.loan()).isSameAs(entry);
            assertThatThrownBy(() -> asker.giveBack()).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> asker.discard()).isInstanceOf(IllegalStateException.class);
            assertThat(other.loan().isBorrowed()).isTrue();
            assertThatThrownBy(other::borrow).isInstanceOf(IllegalStateException.class);
        }
    }

    private static PoolScene one(Scene test) {
        return new PoolScene(test, Setting.of(1, 1, 8));
    }
}
