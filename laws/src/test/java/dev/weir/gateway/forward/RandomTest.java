package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Proves that each request has exactly one outcome whatever its peers do: its own token whole, an error that says
/// so,
/// or
/// an end that cannot be taken for an answer. Seeded worlds on loops turned by hand.
@Balanced
final class RandomTest {
    private static final int SEEDS = 300;
    private static final int STEPS = 400;
    private static final int HEALING_STEPS = 3000;

    @Test
    void everyRequestHasOneOutcome(Scene scene) {
        int whole = 0;
        int errors = 0;
        int aborted = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                var clients = play(scene, seed);
                for (RandomClient client : clients) {
                    whole += client.whole;
                    errors += client.errors;
                    aborted += client.aborted;
                }
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
        // Why: a world in which hardly anything goes wrong, or right, proves nothing.
        assertThat(whole).isGreaterThan(SEEDS);
        assertThat(errors).isGreaterThan(SEEDS / 2);
        assertThat(aborted).isGreaterThan(SEEDS / 10);
    }

    private static List<RandomClient> play(Scene scene, long seed) {
        var random = new Random(seed);
        var setup = Setup.ONE_ORIGIN
                .withOrigins(1 + random.nextInt(3))
                .withLoops(1 + random.nextInt(2))
                .withPool(1 + random.nextInt(3), random.nextInt(6))
                .withPipeBytes(200 + random.nextInt(20_000));
        if (seed % 2 == 0) setup = setup.withBlocks(4, 3);
        var stage = Stage.inMemory(scene, setup);
        var world = new World(stage, random);
        for (int step = 0; step < STEPS; step++) world.step(false);
        world.heal();
        stage.close();
        return world.clients;
    }

    private static final class World {
        private final Stage stage;
        private final Random random;
        private final List<RandomClient> clients = new ArrayList<>();
        private final List<RandomOrigin> origins = new ArrayList<>();
        private final Map<String, Integer> heads = new TreeMap<>();

        World(Stage stage, Random random) {
            this.stage = stage;
            this.random = random;
            int count = 1 + random.nextInt(6);
            for (int i = 0; i < count; i++) clients.add(new RandomClient(stage, random, "c" + i, i == 0));
        }

        void step(boolean good) {
            for (RandomClient client : clients) {
                if (!good && !client.isPending() && random.nextInt(10) == 0) client.begin();
                client.step(good);
            }
            stage.turn();
            for (Origins origin : stage.origins) {
                for (Peer one = origin.poll(); one != null; one = origin.poll()) {
                    origins.add(new RandomOrigin(one, random, heads));
                }
            }
            for (RandomOrigin origin : origins) origin.step(good);
            stage.turn();
            if (random.nextInt(20) == 0) stage.tick(Duration.ofMillis(random.nextInt(good ? 2000 : 500)));
            if (!good && random.nextInt(300) == 0) stage.tick(Duration.ofSeconds(40));
        }

        /// Everybody behaves from now on: what is pending ends, and what begins is answered.
        void heal() {
            for (int step = 0; step < HEALING_STEPS && isPending(); step++) step(true);
            assertThat(isPending()).as("something is pending after healing").isFalse();
            stage.pass(Duration.ofSeconds(61));
            for (RandomClient client : clients) {
                int before = client.whole;
                client.begin();
                for (int step = 0; step < HEALING_STEPS && client.isPending(); step++) step(true);
                assertThat(client.whole)
                        .as("answers after healing of %s, %s", client, stage.ended.getLast())
                        .isEqualTo(before + 1);
            }
            heads.forEach((head, count) -> assertThat(count)
                    .as("how often an origin saw %s", head)
                    .isLessThanOrEqualTo(head.startsWith("GET ") ? 2 : 1));
        }

        private boolean isPending() {
            return clients.stream().anyMatch(RandomClient::isPending);
        }
    }
}
