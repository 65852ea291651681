package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.pool.exclusive.PoolScene.TestLease;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that the list of idle connections which a loop keeps for an origin stays whole, whichever connection
/// leaves it.
@Balanced
@Timeout(20)
final class IdleListTest {
    @Test
    @DisplayName("P-11 a connection that dies in the middle of the idle ones leaves the others in order")
    void aConnectionThatDiesInTheMiddleLeavesTheOthersInOrder(Scene test) {
        for (int dying = 0; dying < 4; dying++) {
            try (var scene = new PoolScene(test, Setting.of(1, 4, 4))) {
                List<PoolEntry> idle = fourIdle(scene);
                scene.accepted.getFirst().get(dying).abort();
                scene.settle();
                var left = new ArrayList<>(idle.reversed());
                left.remove(idle.get(dying));

                for (PoolEntry expected : left) {
                    assertThat(scene.lease(0).borrow().loan()).isSameAs(expected);
                }
                assertThat(scene.origin(0).idle()).isZero();
                assertThat(scene.holding(0).reused).isFalse();
            }
        }
    }

    @Test
    @DisplayName("P-11 idle connections are closed each after its own time, also when one between them has gone")
    void eachIdleConnectionIsClosedAfterItsOwnTime(Scene test) {
        for (int dying = 0; dying < 4; dying++) {
            try (var scene = new PoolScene(test, Setting.of(1, 4, 4))) {
                fourIdle(scene, Duration.ofSeconds(10));
                scene.accepted.getFirst().get(dying).abort();
                scene.settle();
                int left = 3;
                // They became idle 40, 30, 20 and 10 s ago; the limit is 55 s.
                scene.pass(Duration.ofSeconds(10));
                for (int one = 0; one < 4; one++) {
                    assertThat(scene.origin(0).idle()).isEqualTo(left);
                    scene.pass(Duration.ofSeconds(10));
                    if (one != dying) left--;
                    assertThat(scene.origin(0).idle())
                            .as("%d dies, after %d", dying, one)
                            .isEqualTo(left);
                }
            }
        }
    }

    @Test
    @DisplayName("P-11 a connection that served again is idle from then on")
    void idleTimeRestartsAfterEachUse(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 4))) {
            scene.holding(0).giveBack();
            scene.pass(Duration.ofSeconds(40));
            scene.holding(0).giveBack();
            scene.pass(Duration.ofSeconds(40));

            assertThat(scene.origin(0).idle()).isOne();
        }
    }

    @Test
    @DisplayName("P-11 a loop without idle connections looks for none")
    void aLoopWithoutIdleConnectionsDoesNotScan(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 2, 4))) {
            var first = scene.holding(0);
            var second = scene.holding(0);
            int before = scene.loop(0).wheel().live();
            first.giveBack();
            second.giveBack();
            scene.settle();
            assertThat(scene.loop(0).wheel().live()).isEqualTo(before + 1);

            scene.pass(Duration.ofSeconds(60));

            assertThat(scene.origin(0).connections()).isZero();
            assertThat(scene.loop(0).wheel().live()).isLessThanOrEqualTo(before);
        }
    }

    @Test
    @DisplayName("P-11 a connection that moved to another loop is lent and kept there as one of its own")
    void aMovedConnectionIsLentAndKeptOnItsNewLoop(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 4, 4))) {
            List<PoolEntry> idle = fourIdle(scene);
            // Idle ones of the other loop move here, first the oldest, then its neighbour.
            TestLease first = scene.holding(1);
            TestLease second = scene.holding(1);
            PoolEntry older = first.loan();
            PoolEntry newer = second.loan();
            for (int round = 0; round < 3; round++) {
                first.giveBack();
                second.giveBack();
                scene.settle();
                assertThat(scene.lease(1).borrow().loan()).isSameAs(newer);
                assertThat(scene.lease(1).borrow().loan()).isSameAs(older);
                second = scene.askers.get(scene.askers.size() - 2);
                first = scene.askers.getLast();
            }
            assertThat(idle).contains(older, newer);
            assertThat(scene.lease(0).borrow().loan().connection().loop()).isSameAs(scene.loop(0));
            assertThat(scene.lease(0).borrow().loan().connection().loop()).isSameAs(scene.loop(0));
            assertThat(scene.origin(0).idle()).isZero();
        }
    }

    @Test
    @DisplayName("P-11 connections that moved to another loop are closed after their time, too")
    void movedConnectionsAreClosedAfterTheirIdleTime(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 4, 4))) {
            for (int round = 0; round < 3; round++) {
                var askers = List.of(scene.holding(0), scene.holding(0), scene.holding(0), scene.holding(0));
                askers.forEach(TestLease::giveBack);
                scene.settle();
                for (int i = 0; i <= round; i++) scene.holding(1).giveBack();
                scene.settle();
                scene.pass(Duration.ofSeconds(50));
                assertThat(scene.origin(0).idle()).isEqualTo(4);

                scene.pass(Duration.ofSeconds(10));
                assertThat(scene.origin(0).idle()).isZero();
            }
        }
    }

    @Test
    @DisplayName("P-11 a lent connection that ends leaves the idle ones as they are")
    void theEndOfALentConnectionDoesNotChangeTheIdleList(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 4, 4))) {
            for (PoolEntry expected : fourIdle(scene).reversed()) {
                TestLease asker = scene.lease(0).borrow();
                assertThat(asker.loan()).isSameAs(expected);
                asker.discard();
                scene.settle();
            }
        }
    }

    @Test
    @DisplayName("P-11 the idle connections of two origins do not mix")
    void theIdleConnectionsOfTwoOriginsDoNotMix(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(2, 2, 4))) {
            var askers = List.of(scene.holding(0), scene.holding(0), scene.holding(0), scene.holding(0));
            askers.forEach(TestLease::giveBack);
            scene.settle();
            for (int round = 0; round < 4; round++) {
                var again = new ArrayList<TestLease>();
                for (int i = 0; i < 4; i++) again.add(scene.lease(0).borrow());
                for (int i = 0; i < 4; i++) {
                    assertThat(again.get(i).reused).isTrue();
                    assertThat(again.get(i).loan().origin()).isSameAs(scene.origin(i % 2));
                }
                again.forEach(TestLease::giveBack);
            }
            scene.accepted.getLast().forEach(Transport::abort);
            scene.settle();

            assertThat(scene.origin(1).connections()).isZero();
            assertThat(scene.origin(0).idle()).isEqualTo(2);
            for (int i = 0; i < 4; i++) {
                assertThat(scene.holding(0).loan().isBorrowed()).isTrue();
            }
        }
    }

    @Test
    @DisplayName("P-11 an origin has room for a new connection as often as one has ended")
    void eachEndedConnectionFreesOneSlot(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 2, 4))) {
            for (int round = 0; round < 5; round++) {
                scene.holding(0).giveBack();
                assertThat(scene.origin(0).idle()).isOne();
                scene.accepted.getFirst().getLast().abort();
                scene.settle();
                assertThat(scene.origin(0).idle()).isZero();
                scene.holding(0).discard();
                scene.settle();
                assertThat(scene.origin(0).outstanding()).isZero();
            }
        }
    }

    private static List<PoolEntry> fourIdle(PoolScene scene) {
        return fourIdle(scene, Duration.ZERO);
    }

    /// The oldest first; between two of them, and after the last, `between` passes.
    private static List<PoolEntry> fourIdle(PoolScene scene, Duration between) {
        var askers = List.of(scene.holding(0), scene.holding(0), scene.holding(0), scene.holding(0));
        var entries = askers.stream().map(TestLease::loan).toList();
        scene.until(() -> scene.accepted.getFirst().size() == 4);
        for (TestLease asker : askers) {
            asker.giveBack();
            if (!between.isZero()) scene.pass(between);
        }
        scene.settle();
        assertThat(scene.origin(0).idle()).isEqualTo(4);
        return entries;
    }
}
