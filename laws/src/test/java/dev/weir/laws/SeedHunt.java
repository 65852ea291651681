package dev.weir.laws;

import dev.weir.testing.sim.Run;
import dev.weir.testing.sim.Scenario;
import dev.weir.testing.sim.seed.LawBroken;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Plays the scenarios until the first seed that fails: half of the seeds in the first scenario, which is
/// small, the others in equal parts in the rest. On one thread, so that the number of seeds it took is always
/// the same.
///
/// The last line it prints is `CAUGHT`, the oracle, after how many seeds, the scenario and the seed, or
/// `MISSED` and how many seeds were played, separated by tabs.
public final class SeedHunt {
    private SeedHunt() {}

    /// Plays as many seeds as the only argument says, or one seed: of the scenario that is the first argument,
    /// the seed that is the second.
    public static void main(String[] arguments) throws InterruptedException {
        System.out.println(
                arguments.length == 1
                        ? hunt(Integer.parseInt(arguments[0]), Main.SCENARIOS)
                        : one(arguments[0], Long.parseLong(arguments[1])));
        // Why: a player that is stuck is not waited for.
        System.exit(0);
    }

    static String hunt(int seeds, List<Scenario> scenarios) throws InterruptedException {
        var log = ErrorLog.install();
        long played = 0;
        try {
            for (Scenario scenario : scenarios) {
                int share = scenario == scenarios.getFirst() ? seeds / 2 : seeds / 2 / (scenarios.size() - 1);
                var plan = new Campaign.Plan(1, share, Long.MAX_VALUE, 1);
                List<Run> failures = new Campaign(scenario, plan, log, line -> {}).untilOneFails();
                if (!failures.isEmpty()) {
                    Run first = failures.getFirst();
                    return caught(scenario, first, played + first.seed());
                }
                played += share;
            }
        } finally {
            log.close();
        }
        return "MISSED\t" + played;
    }

    private static String one(String label, long seed) throws InterruptedException {
        Scenario scenario = Main.SCENARIOS.stream()
                .filter(one -> one.label().equals(label))
                .findFirst()
                .orElseThrow();
        var log = ErrorLog.install();
        try {
            var campaign = new Campaign(scenario, new Campaign.Plan(seed, 1, Long.MAX_VALUE, 1), log, line -> {});
            List<Run> failures = campaign.untilOneFails();
            return failures.isEmpty() ? "MISSED\t1" : caught(scenario, failures.getFirst(), 1);
        } finally {
            log.close();
        }
    }

    private static String caught(Scenario scenario, Run first, long seeds) {
        return "CAUGHT\t" + scenario.label() + ": " + oracle(first.failure()) + "\t" + seeds + "\t" + scenario.label()
                + "\t" + first.seed();
    }

    private static String oracle(@Nullable Throwable failure) {
        if (failure == null) return "nothing";
        String words = String.valueOf(failure.getMessage());
        int colon = words.indexOf(':');
        return failure instanceof LawBroken && colon > 0
                ? words.substring(0, colon)
                : failure.getClass().getSimpleName();
    }
}
