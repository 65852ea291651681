package dev.weir.laws.hunt;

import dev.weir.laws.hunt.Finding.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Decides who finds one bug: the scenarios first, then the tests. Whatever fails with the bug is run again without
/// it, the control; on a loaded machine a control may fail too, and then it proves nothing and the hunt goes on.
///
/// **Threads:** confined to its hunt.
/// **Limits:** a control runs three times at most.
final class Judge {
    private static final String CAUGHT = "CAUGHT";
    private static final int CONTROLS_MAX = 3;

    private final PlantedBug bug;
    private final Runs runs;
    private final int seeds;
    private final TreeSet<String> ignored = new TreeSet<>();
    private final List<String> doubts = new ArrayList<>();
    private int passed;

    /// @param seeds how many are played at most; 0 for tests only
    Judge(PlantedBug bug, Runs runs, int seeds) {
        this.bug = bug;
        this.runs = runs;
        this.seeds = seeds;
    }

    /// @param rounds classes that run together, one round after the other
    Finding judge(List<List<String>> rounds) throws IOException, InterruptedException {
        if (seeds > 0) {
            List<String> answer = runs.seeds();
            if (isCaught(answer) && passesWithout(answer.get(3), answer.get(4))) {
                return new Finding(bug, Verdict.CAUGHT, answer.get(1), count(answer.get(2)));
            }
            if (isCaught(answer)) {
                doubts.add("seed " + answer.get(4) + " of " + answer.get(3) + " fails without the bug");
            }
            if (answer.size() < 2) doubts.add("the simulation did not end");
        }
        for (List<String> round : rounds) {
            String finder = round.isEmpty() ? "" : finder(round);
            if (!finder.isEmpty()) {
                return new Finding(bug, Verdict.CAUGHT, finder, seeds == 0 ? "tests only" : "no seed");
            }
        }
        if (doubts.isEmpty()) return ended(Verdict.MISSED, passed + " tests passed");
        return ended(Verdict.NOT_JUDGED, String.join("; ", doubts));
    }

    Finding ended(Verdict verdict, String why) {
        return new Finding(bug, verdict, why, "after " + seeds + " seeds");
    }

    /// The name of a test of this round that fails because of the bug; empty when there is none.
    private String finder(List<String> round) throws IOException, InterruptedException {
        while (true) {
            List<String> answer = runs.tests(round, ignored);
            if (answer.size() < 2) {
                doubts.add("the tests from " + round.getFirst() + " on did not end");
                return "";
            }
            if (!isCaught(answer)) {
                passed += Integer.parseInt(answer.get(1));
                return "";
            }
            String test = answer.get(1);
            String id = answer.get(2);
            if (isFinder(id)) return test;
            doubts.add("control failed: " + test + " fails without the bug");
            // Why: the next run must not stop at it again.
            ignored.add(id);
        }
    }

    /// Whether the test passes without the bug; if that takes more than one try, it has to fail with the bug again.
    private boolean isFinder(String id) throws IOException, InterruptedException {
        for (int tries = 0; tries < CONTROLS_MAX; tries++) {
            if (!hasPassed(runs.testWithout(id))) continue;
            return tries == 0 || isCaught(runs.tests(List.of(id), ignored));
        }
        return false;
    }

    private boolean passesWithout(String scenario, String seed) throws IOException, InterruptedException {
        for (int tries = 0; tries < CONTROLS_MAX; tries++) {
            if (hasPassed(runs.seedWithout(scenario, seed))) return true;
        }
        return false;
    }

    private static boolean isCaught(List<String> answer) {
        return !answer.isEmpty() && answer.getFirst().equals(CAUGHT);
    }

    private static boolean hasPassed(List<String> answer) {
        return answer.size() > 1 && !isCaught(answer) && Integer.parseInt(answer.get(1)) > 0;
    }

    private static String count(String seeds) {
        return seeds.equals("1") ? "1 seed" : seeds + " seeds";
    }
}
