package dev.weir.laws.hunt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.laws.hunt.Finding.Verdict;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Proves what a hunt concludes when runs fail with the bug, without it, or do not end.
final class JudgeTest {
    private static final PlantedBug BUG = new PlantedBug("b", "k", "H-01", "w", Path.of("p"), "a", "b");
    private static final List<String> PASSES = List.of("MISSED", "1");
    private static final List<String> SLOW = List.of("CAUGHT", "Slow.test", "[slow]", "0");
    private static final List<String> GOOD = List.of("CAUGHT", "Good.test", "[good]", "1");
    private static final List<String> SEED = List.of("CAUGHT", "pool: I-3", "17", "pool", "17");

    private final Deque<List<String>> seeds = new ArrayDeque<>(List.of(PASSES));
    private final Deque<List<String>> seedControls = new ArrayDeque<>();
    private final Deque<List<String>> tests = new ArrayDeque<>();
    private final Deque<List<String>> controls = new ArrayDeque<>();
    private final List<Set<String>> ignored = new ArrayList<>();

    @Test
    void aTestThatAlsoFailsWithoutTheBugIsRetriedAndThenReplaced() throws Exception {
        tests.addAll(List.of(SLOW, GOOD));
        controls.addAll(List.of(SLOW, SLOW, SLOW, PASSES));

        Finding finding = judge();

        assertThat(finding.verdict()).isEqualTo(Verdict.CAUGHT);
        assertThat(finding.oracle()).isEqualTo("Good.test");
        assertThat(ignored).containsExactly(Set.of(), Set.of("[slow]"));
    }

    @Test
    void aBugThatOnlyUnreliableTestsFindIsNotJudged() throws Exception {
        tests.addAll(List.of(SLOW, PASSES));
        controls.addAll(List.of(SLOW, SLOW, List.of()));

        Finding finding = judge();

        assertThat(finding.verdict()).isEqualTo(Verdict.NOT_JUDGED);
        assertThat(finding.row()).contains("NOT JUDGED: control failed: Slow.test");
        assertThat(Main.status(List.of(finding))).isEqualTo(3);
    }

    @Test
    void aControlThatPassesAtTheSecondTryCountsOnlyIfTheTestFailsAgainWithTheBug() throws Exception {
        tests.addAll(List.of(SLOW, PASSES, GOOD, GOOD));
        controls.addAll(List.of(SLOW, PASSES, GOOD, PASSES));

        Finding finding = judge();

        assertThat(finding.oracle()).isEqualTo("Good.test");
        assertThat(controls).isEmpty();
        assertThat(tests).isEmpty();
    }

    @Test
    void aBugThatEverythingPassesWithIsMissed() throws Exception {
        tests.add(PASSES);

        Finding finding = judge();

        assertThat(finding.verdict()).isEqualTo(Verdict.MISSED);
        assertThat(Main.status(List.of(finding, new Finding(BUG, Verdict.NOT_JUDGED, "", ""))))
                .isOne();
        assertThat(Main.status(List.of(new Finding(BUG, Verdict.CAUGHT, "", ""))))
                .isZero();
    }

    @Test
    void aSeedThatFailsWithoutTheBugHasFoundNothingAndTheTestsAreAsked() throws Exception {
        seeds.clear();
        seeds.add(SEED);
        seedControls.addAll(List.of(SEED, SEED, SEED));
        tests.add(GOOD);
        controls.add(PASSES);

        assertThat(judge().oracle()).isEqualTo("Good.test");
    }

    @Test
    void aSimulationThatDoesNotEndIsNoProofThatTheBugIsMissed() throws Exception {
        seeds.clear();
        seeds.add(List.of());
        tests.add(PASSES);

        Finding finding = judge();

        assertThat(finding.verdict()).isEqualTo(Verdict.NOT_JUDGED);
        assertThat(finding.oracle()).contains("did not end");
    }

    private Finding judge() throws Exception {
        return new Judge(BUG, new Scripted(), 100).judge(List.of(List.of("dev.weir.SlowTest")));
    }

    private final class Scripted implements Runs {
        @Override
        public List<String> seeds() {
            return seeds.removeFirst();
        }

        @Override
        public List<String> seedWithout(String scenario, String seed) {
            return seedControls.removeFirst();
        }

        @Override
        public List<String> tests(List<String> chosen, Set<String> notCounted) {
            if (!chosen.getFirst().startsWith("[")) ignored.add(Set.copyOf(notCounted));
            return tests.removeFirst();
        }

        @Override
        public List<String> testWithout(String id) {
            return controls.removeFirst();
        }
    }
}
