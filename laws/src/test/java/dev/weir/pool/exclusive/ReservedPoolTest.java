package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.connection.ChargeRequest;
import dev.weir.connection.Connections;
import dev.weir.memory.MemoryBudget;
import dev.weir.pool.Origin;
import dev.weir.pool.PoolLimits;
import dev.weir.pool.RoundRobin;
import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves that a cache has what its connections are charged from its opening until the last of them has ended.
@Balanced
final class ReservedPoolTest {
    private static final List<Origin.Address> NOWHERE =
            List.of(new Origin.Address(Endpoint.of("127.0.0.1", 1), "127.0.0.1:1"));

    @Test
    void eachConnectionToEachOriginIsTakenFromThePlan(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(2, 3, 4))) {
            assertThat(scene.group.budget().reservedBytes()).isEqualTo(2 * 3 * ChargeRequest.CONNECTION_BYTES);
            assertThat(scene.cache.borrowersMax()).isEqualTo(2 * 3 + 4);
        }
    }

    @Test
    void chargesStayReservedWhileAConnectionIsOnLease(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(2, 3, 4))) {
            MemoryBudget budget = scene.group.budget();
            var first = scene.holding(0);
            var last = scene.holding(1);

            scene.cache.close();
            scene.settle();
            first.giveBack();
            scene.settle();
            assertThat(budget.reservedBytes()).as("one is on lease").isEqualTo(2 * 3 * ChargeRequest.CONNECTION_BYTES);

            last.giveBack();
            scene.settle();
            assertThat(budget.reservedBytes()).isZero();
        }
    }

    @Test
    void chargesStayReservedUntilEveryLoopHasClosedItsPart(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 2, 4))) {
            MemoryBudget budget = scene.group.budget();
            scene.cache.close();

            scene.loop(0).turn(0);
            scene.loop(1).turn(0);
            assertThat(budget.reservedBytes()).as("one loop has not turned").isPositive();
            scene.loop(2).turn(0);
            assertThat(budget.reservedBytes()).isZero();
        }
    }

    @Test
    void aCacheLargerThanThePlanIsRefusedByName(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 2, 4))) {
            long reserved = scene.group.budget().reservedBytes();
            var limits =
                    new PoolLimits(60_000, 0, Duration.ofSeconds(5), Duration.ofSeconds(55), Duration.ofSeconds(2));
            var settings = new ConnectionCache.Settings(
                    "db",
                    NOWHERE,
                    limits,
                    new RoundRobin(),
                    Connections.of(scene.group),
                    scene.network,
                    (connection, entry) -> {
                        throw new AssertionError("nothing is opened");
                    });
            int enough = (int) Math.ceilDiv(
                    reserved + 60_000 * ChargeRequest.CONNECTION_BYTES,
                    ChargeRequest.CONNECTION_BYTES + ChargeRequest.EXCHANGE_BYTES);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ConnectionCache.open(settings))
                    .withMessageContaining("upstream db is to have 60000 connections to db")
                    .withMessageContaining("WeirSettings.of(name, bytes, " + enough + ")");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ConnectionCache.open(settings, ConnectionCache.charges("db", 1, 59_999)))
                    .withMessageContaining("requests 59999 connections and may have 60000");
            assertThat(scene.group.budget().reservedBytes()).isEqualTo(reserved);
        }
    }
}
