package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.time.Chance;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves what each choice promises, and that failing and full origins are avoided while another is available, with
/// origins whose counts are set by hand.
class OriginChoiceTest {
    private static final long NOW = 5_000_000_000L;
    private final Chance chance = new Chance(11);
    private final List<Origin> origins = List.of(origin(0), origin(1), origin(2));

    @Test
    void theOriginWithFewestOutstandingIsChosen() {
        origins.get(0).promised();
        origins.get(2).promised();

        for (int i = 0; i < 20; i++) {
            assertThat(new LeastOutstanding().choose(origins, chance, NOW)).isOne();
        }
    }

    @Test
    void randomTwoNeverChoosesTheBusiestOrigin() {
        origins.get(1).promised();

        for (int i = 0; i < 200; i++) {
            assertThat(new RandomTwo().choose(origins, chance, NOW)).isNotEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void failingAndFullOriginsAreAvoidedWhileAnotherIsAvailable(int kind) {
        var choice = List.of(new RoundRobin(), new LeastOutstanding(), new RandomTwo())
                .get(kind);
        origins.get(0).failed(NOW);
        while (origins.get(2).tryReserve()) {
            assertThat(origins.get(2).connections()).isPositive();
        }

        for (int i = 0; i < 50; i++) {
            assertThat(choice.choose(origins, chance, NOW)).isOne();
        }
    }

    @Test
    void whenAllArePassedOverAllAreCandidates() {
        for (Origin origin : origins) origin.failed(NOW);
        var roundRobin = new RoundRobin();

        assertThat(List.of(
                        roundRobin.choose(origins, chance, NOW),
                        roundRobin.choose(origins, chance, NOW),
                        roundRobin.choose(origins, chance, NOW)))
                .containsExactly(0, 1, 2);
    }

    @Test
    void passOverTimeDoublesFromOneToThirtySecondsUntilASuccess() {
        Origin origin = origins.getFirst();
        long now = NOW;
        for (long seconds : List.of(1L, 2L, 4L, 8L, 16L, 30L, 30L)) {
            origin.failed(now);
            origin.failed(now); // at the same time: one failure of the origin
            long until = now + Duration.ofSeconds(seconds).toNanos();
            assertThat(origin.isPassedOver(until - 1)).isTrue();
            assertThat(origin.isPassedOver(until)).isFalse();
            now = until;
        }
        origin.failed(now);
        origin.succeeded();
        assertThat(origin.isPassedOver(now)).isFalse();
        origin.failed(now);
        assertThat(origin.isPassedOver(now + 1_000_000_000L)).isFalse();
    }

    private static Origin origin(int index) {
        var address = Endpoint.of("origin", 9000 + index);
        return AloneOrigin.of(new Origin.Address(address, "origin:" + (9000 + index)), 3);
    }
}
