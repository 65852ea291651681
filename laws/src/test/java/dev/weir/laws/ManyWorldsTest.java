package dev.weir.laws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.sim.Run;
import dev.weir.testing.sim.Scenario;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Proves that the laws hold in worlds that `ScenariosTest` does not play. Only `./weir test --long` runs it.
@Tag("long")
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ManyWorldsTest {
    private static final long FIRST = 1_000_001;
    private static final int SEEDS = 3_000;
    private static final int SEEDS_OF_A_CROWD = 1_000; // each takes ten times as long
    private static final ErrorLog LOG = ErrorLog.install();

    static final List<Scenario> SCENARIOS = Main.SCENARIOS;

    @AfterAll
    static void errorsArePrintedAgain() {
        LOG.close();
    }

    @ParameterizedTest
    @FieldSource("SCENARIOS")
    void theLawsHoldInThousandsOfOtherWorlds(Scenario scenario) throws InterruptedException {
        int seeds = scenario.label().equals("crowd") ? SEEDS_OF_A_CROWD : SEEDS;
        int players = Runtime.getRuntime().availableProcessors();
        var plan = new Campaign.Plan(FIRST, seeds, Long.MAX_VALUE, players);

        var campaign = new Campaign(scenario, plan, LOG, line -> {});
        List<Run> failures = campaign.run();

        assertThat(failures).extracting(Run::line).isEmpty();
        assertThat(campaign.played()).isEqualTo(seeds);
    }
}
