package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.pool.Refusal;
import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.pool.exclusive.PoolScene.TestLease;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.testing.sim.seed.PlannedFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves that a lease that throws from any of its methods leaks no slot: the lease ends, and the next one is
/// served. Closing the scene proves that no slot, lease, timer or socket is left.
@Balanced
final class FailingLeasesTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /// The methods of a lease that a pool calls.
    enum Call {
        BORROWED,
        REFUSED,
        GIVES_WAY,
        YIELDS_NOW,
        SLOW_NANOS,
        CAN_REPEAT,
        CLIENT_KEY,
        OWN_OPENER
    }

    /// How a connection comes to a lease.
    enum Way {
        FRESH,
        REUSED,
        OF_ITS_OWN,
        FROM_ANOTHER_LOOP,
        AFTER_A_WAIT
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aLeaseThatThrowsEnds(Way way, Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 4))) {
            var failing = new Failing(scene, way == Way.FROM_ANOTHER_LOOP ? 1 : 0, Call.BORROWED);
            TestLease holder = way == Way.FRESH || way == Way.OF_ITS_OWN ? null : scene.holding(0);
            if (holder != null && way != Way.AFTER_A_WAIT) holder.giveBack();
            if (way == Way.OF_ITS_OWN) failing.makesOwn = true;
            tried(failing::borrow);
            if (holder != null && way == Way.AFTER_A_WAIT) holder.giveBack();
            scene.until(() -> failing.told.contains(Call.BORROWED));
            scene.settle();

            assertThat(failing.isFree()).isTrue();
            assertThat(scene.origin(0).connections()).isZero();
            assertThat(scene.holding(1).reused).isFalse();
        }
    }

    @Test
    void aLeaseThatThrowsMayEndItselfWhenItsConnectionCloses(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 4))) {
            var failing = new Failing(scene, 0, Call.BORROWED);
            failing.endsAtClosing = true;
            tried(failing::borrow);
            scene.until(() -> failing.told.contains(Call.BORROWED));
            scene.settle();

            assertThat(failing.hasEnded).isTrue();
            assertThat(failing.isFree()).isTrue();
            assertThat(scene.holding(1).reused).isFalse();
        }
    }

    @Test
    void refusedThatThrowsLeavesTheLeaseFreeAndTheOthersServed(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 1))) {
            // Too many wait.
            TestLease holder = scene.holding(0);
            TestLease waiter = scene.lease(1).borrow();
            var full = new Failing(scene, 0, Call.REFUSED);
            assertThatThrownBy(full::borrow).isInstanceOf(PlannedFailure.class);
            assertThat(full.isFree()).isTrue();

            // Nothing comes free in time.
            waiter.cancel();
            var late = new Failing(scene, 1, Call.REFUSED);
            tried(late::borrow);
            scene.pass(Duration.ofMinutes(1));
            assertThat(late.told).contains(Call.REFUSED);
            assertThat(late.isFree()).isTrue();

            // Its attempt fails.
            holder.discard();
            scene.settle();
            scene.openerFails = true;
            var broken = new Failing(scene, 1, Call.REFUSED);
            tried(broken::borrow);
            scene.settle();
            scene.openerFails = false;
            assertThat(broken.told).contains(Call.REFUSED);
            assertThat(scene.holding(1).reused).isFalse();

            // The cache is closed.
            var closed = new Failing(scene, 0, Call.REFUSED);
            tried(closed::borrow);
            scene.cache.close();
            scene.settle();
            assertThat(closed.told).contains(Call.REFUSED);
            assertThat(closed.isFree()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"GIVES_WAY", "SLOW_NANOS"})
    void theSearchForTheSlowestContinuesAfterAnException(Call call, Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 2, 4))) {
            var failing = new Failing(scene, 0, call);
            failing.slowNanos = 3 * LIMIT.toNanos();
            tried(failing::borrow);
            scene.until(() -> failing.held() != null);
            TestLease slow = scene.holding(1);
            slow.slowNanos = 2 * LIMIT.toNanos();

            TestLease first = scene.lease(1).borrow();
            TestLease second = scene.lease(1).borrow();
            for (int i = 0; i < 4; i++) scene.pass(LIMIT);

            assertThat(failing.told).contains(call);
            // Why: the loan that throws as it is to give way has ended; one that cannot say how slow it is goes on.
            assertThat(first.held() != null).isTrue();
            assertThat(second.held() != null).isEqualTo(call == Call.GIVES_WAY);
            if (!failing.isFree()) failing.endLease();
        }
    }

    @Test
    void leasesStillYieldAfterOneThrows(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 2, 4))) {
            var failing = new Failing(scene, 0, Call.YIELDS_NOW);
            tried(failing::borrow);
            scene.until(() -> failing.held() != null);
            var other = new Failing(scene, 1, null);
            tried(other::borrow);
            scene.until(() -> other.held() != null);
            failing.yieldWhenNeeded();
            other.yieldWhenNeeded();

            TestLease first = scene.lease(0).borrow();
            TestLease second = scene.lease(1).borrow();
            scene.settle();

            assertThat(failing.told).contains(Call.YIELDS_NOW);
            assertThat(first.held()).isNotNull();
            assertThat(second.held()).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"CAN_REPEAT", "CLIENT_KEY", "OWN_OPENER"})
    void anExceptionInAQueryMethodTakesNothing(Call call, Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 4))) {
            TestLease holder = scene.holding(0);
            for (boolean isIdle : new boolean[] {false, true}) {
                if (isIdle) holder.giveBack();
                scene.settle();
                var failing = new Failing(scene, 0, call);
                assertThatThrownBy(failing::borrow).isInstanceOf(PlannedFailure.class);
                assertThat(failing.isFree()).isTrue();
                assertThat(scene.cache.waiting()).isZero();
            }

            assertThat(scene.holding(0).reused).isTrue();
        }
    }

    private static void tried(Runnable borrowing) {
        try {
            borrowing.run();
        } catch (PlannedFailure planned) {
            // Why: what a lease throws before its borrow has returned reaches whoever borrows.
        }
    }

    /// Throws from one of its methods.
    private static final class Failing extends Lease {
        private final PoolScene scene;
        private final @Nullable Call failing;
        private final List<Call> told = new ArrayList<>();
        private @Nullable PoolEntry loan;
        private boolean makesOwn;
        private boolean endsAtClosing;
        private boolean hasEnded;
        private long slowNanos;

        Failing(PoolScene scene, int loop, @Nullable Call failing) {
            super(scene.loop(loop));
            this.scene = scene;
            this.failing = failing;
        }

        void borrow() {
            scene.cache.borrow(this);
        }

        private void at(Call call) {
            told.add(call);
            if (call == failing) throw new PlannedFailure(call.name());
        }

        private void endLease() {
            PoolEntry mine = loan;
            loan = null;
            if (mine == null) return;
            discard();
            hasEnded = true;
        }

        @Override
        protected void borrowed(PoolEntry lent, boolean reused) {
            if (endsAtClosing) {
                loan = lent;
                scene.client().onClosing = this::endLease;
            }
            at(Call.BORROWED);
            loan = lent;
        }

        @Override
        protected void refused(Refusal refusal) {
            at(Call.REFUSED);
        }

        @Override
        protected boolean endIfStalled() {
            at(Call.GIVES_WAY);
            endLease();
            return true;
        }

        @Override
        protected void endForWaiter() {
            at(Call.YIELDS_NOW);
            endLease();
        }

        @Override
        protected long slowNanos() {
            at(Call.SLOW_NANOS);
            return slowNanos;
        }

        @Override
        protected boolean canRepeat() {
            at(Call.CAN_REPEAT);
            return false;
        }

        @Override
        protected long clientKey() {
            at(Call.CLIENT_KEY);
            return NO_ADDRESS;
        }

        @Override
        protected @Nullable Opener ownOpener() {
            at(Call.OWN_OPENER);
            return makesOwn ? scene::client : null;
        }
    }
}
