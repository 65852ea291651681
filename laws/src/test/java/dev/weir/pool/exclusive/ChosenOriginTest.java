package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Proves that a cache with two origins uses the choice of its upstream for every lease.
@Balanced
class ChosenOriginTest {
    @Test
    void roundRobinIsExactOverAllLoops(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(2, 8, 4))) {
            for (int i = 0; i < 8; i++) scene.holding(i % 2);

            assertThat(scene.origin(0).outstanding()).isEqualTo(4);
            assertThat(scene.origin(1).outstanding()).isEqualTo(4);
        }
    }

    @Test
    void aWaiterTakesTheOriginThatIsNoLongerPassedOver(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(2, 1, 4))) {
            var port = scene.acceptors.getLast().local();
            scene.acceptors.getLast().close();
            scene.settle();
            scene.holding(0); // of the first origin
            var failed = scene.lease(0).borrow();
            scene.until(() -> failed.refusal != null);
            var waiter = scene.lease(1).borrow();
            scene.settle();
            assertThat(waiter.held()).isNull();

            scene.listenAgain(port);
            scene.pass(Duration.ofMillis(2100));

            assertThat(waiter.loan().origin()).isSameAs(scene.origin(1));
        }
    }

    @Test
    void aWaiterRetriesAtTheMomentAnOriginIsNoLongerPassedOver(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(2, 1, 4))) {
            var port = scene.acceptors.getLast().local();
            scene.acceptors.getLast().close();
            scene.settle();
            scene.holding(0); // of the first origin
            var failed = scene.lease(0).borrow();
            scene.until(() -> failed.refusal != null);
            scene.listenAgain(port);
            scene.pass(Duration.ofMillis(500));
            var waiter = scene.lease(1).borrow();
            scene.settle();
            assertThat(waiter.held()).isNull();

            scene.pass(Duration.ofMillis(600));

            assertThat(waiter.loan().origin()).isSameAs(scene.origin(1));
        }
    }
}
