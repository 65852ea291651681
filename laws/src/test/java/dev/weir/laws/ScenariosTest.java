package dev.weir.laws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.laws.frames.FramesScenario;
import dev.weir.laws.gateway.CrowdScenario;
import dev.weir.laws.gateway.GatewayScenario;
import dev.weir.laws.http.HandlersScenario;
import dev.weir.laws.pool.PoolScenario;
import dev.weir.testing.sim.Run;
import dev.weir.testing.sim.Scenario;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.time.RarePoint;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Proves that the laws hold in every world of ten thousand, and that a world can be had again from its
/// seed. The scenarios of `./weir sim` are played.
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ScenariosTest {
    private static final ErrorLog LOG = ErrorLog.install();

    static final List<Scenario> SCENARIOS = Main.SCENARIOS;

    @AfterAll
    static void errorsArePrintedAgain() {
        LOG.close();
    }

    @Test
    void thePoolKeepsTheLawsInEveryWorld() throws InterruptedException {
        assertThat(play(new PoolScenario(), 6000)).isEmpty();
    }

    @Test
    void wholeMessagesKeepTheLawsInEveryWorld() throws InterruptedException {
        assertThat(play(new FramesScenario(), 1000)).isEmpty();
    }

    @Test
    void theServerKeepsTheLawsInEveryWorld() throws InterruptedException {
        assertThat(play(HandlersScenario.BLOCKING, 1000)).isEmpty();
    }

    @Test
    void answersOfOtherThreadsKeepTheLawsInEveryWorld() throws InterruptedException {
        assertThat(play(HandlersScenario.WORKERS, 1000)).isEmpty();
    }

    @Test
    void theGatewayKeepsTheLawsInEveryWorld() throws InterruptedException {
        assertThat(play(GatewayScenario.HTTP, 2000)).isEmpty();
    }

    @Test
    void theRelayKeepsTheLawsInEveryWorld() throws InterruptedException {
        assertThat(play(GatewayScenario.TCP, 1000)).isEmpty();
    }

    @Test
    void aCrowdOfSlowClientsLeavesMemoryToHonestOnes() throws InterruptedException {
        assertThat(play(new CrowdScenario(), 500)).isEmpty();
    }

    private static List<String> play(Scenario scenario, int seeds) throws InterruptedException {
        int players = Runtime.getRuntime().availableProcessors();
        var plan = new Campaign.Plan(1, seeds, Long.MAX_VALUE, players);
        var campaign = new Campaign(scenario, plan, LOG, line -> {});
        List<Run> failures = campaign.run();
        if (failures.isEmpty()) assertThat(campaign.played()).isEqualTo(seeds);
        return failures.stream().map(Run::line).toList();
    }

    @ParameterizedTest
    @FieldSource("SCENARIOS")
    void theSameSeedIsTheSameRun(Scenario scenario) {
        for (long seed = 1; seed <= 30; seed++) {
            String line = Run.of(scenario, seed, LOG).line();

            assertThat(line).matches("seed \\d+ trace [0-9a-f]{16} ok");
            assertThat(Run.of(scenario, seed, LOG).line()).isEqualTo(line);
        }
    }

    @ParameterizedTest
    @FieldSource("SCENARIOS")
    void loggingARunDoesNotChangeIt(Scenario scenario) {
        var words = new StringWriter();
        Run read = Run.of(scenario, 5, new TreeSet<>(), new PrintWriter(words), LOG);

        assertThat(read.hash()).isEqualTo(Run.of(scenario, 5, LOG).hash());
        assertThat(words.toString()).contains("# fault 1: ", " exchange ", " outcome ");
    }

    @Test
    void everyFaultAndEveryRarePathOccurs() throws InterruptedException {
        var gateway =
                new Campaign(GatewayScenario.HTTP, new Campaign.Plan(1, 1_600, Long.MAX_VALUE, 1), LOG, line -> {});
        assertThat(gateway.run()).isEmpty();
        var server =
                new Campaign(HandlersScenario.BLOCKING, new Campaign.Plan(1, 100, Long.MAX_VALUE, 1), LOG, line -> {});
        assertThat(server.run()).isEmpty();

        for (Fault fault : Fault.values()) {
            assertThat(gateway.struck(fault) + server.struck(fault))
                    .as(fault.name())
                    .isPositive();
        }
        for (RarePoint point : RarePoints.ALL) {
            assertThat(gateway.taken(point)).as(point.name()).isPositive();
        }
    }

    @Test
    void aBrokenLawIsReportedWithTheFaultsItNeeds() {
        var failing = Run.of(new Fragile(), 11, LOG);

        assertThat(failing.line()).contains("seed 11 trace ").endsWith("FAILED I-0: the third reset was one too many");
        SortedSet<Integer> omitted = Run.shrink(new Fragile(), failing, LOG);
        assertThat(failing.faults() - omitted.size()).isEqualTo(3);
        assertThat(Run.of(new Fragile(), 11, omitted, null, LOG).isOk()).isFalse();
    }

    @Test
    void aLoggedErrorBreaksALaw() {
        var run = Run.of(new Fragile.Logging(), 1, LOG);

        assertThat(run.line()).contains("FAILED logged: planted");
    }

    /// A scenario that cannot stand three resets, whatever else happens.
    private static class Fragile implements Scenario {
        @Override
        public String label() {
            return "fragile";
        }

        @Override
        public String purpose() {
            return "planted";
        }

        @Override
        public void play(World world) {
            for (int i = 0; i < 30; i++) {
                world.faults().happens(i % 10 == 0 ? Fault.RESET : Fault.SHORT_READ);
                if (world.faults().struck(Fault.RESET) == 3) {
                    throw world.broken("I-0", "the third reset was one too many");
                }
            }
        }

        /// One that goes on from what it logs.
        private static final class Logging extends Fragile {
            @Override
            public void play(World world) {
                System.getLogger("dev.weir.laws.Planted").log(System.Logger.Level.ERROR, "planted");
                world.step();
            }
        }
    }
}
