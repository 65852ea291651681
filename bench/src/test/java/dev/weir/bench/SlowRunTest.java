package dev.weir.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.bench.SlowRun.Honest;
import dev.weir.bench.SlowRun.Sample;
import dev.weir.bench.measure.Contender;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is read from the clients, and the words that follow from it.
final class SlowRunTest {
    private static final long MIB = 1 << 20;
    private static final Honest SERVED = new Honest(3_000, 0, 100, 200, 300, 150);
    private static final Honest REFUSED = new Honest(100, 2_900, 100, 200, 300, 150);
    private static final Crowd.State ALL_THERE = new Crowd.State(2_000, 0, 0, 0, 0);

    @Test
    void aStableProxyThatServesEverybodyIsReportedAsServing() {
        assertThat(run(SERVED, ALL_THERE, true, 104).verdict()).isEqualTo("**served** the honest client");
    }

    @Test
    void growthDroppedClientsAndAnUnservedHonestClientAreReported() {
        assertThat(run(REFUSED, new Crowd.State(1_500, 400, 100, 0, 0), true, 150)
                        .verdict())
                .isEqualTo("**grew** by 50 MiB, **shed** 500 of 2,000 slow clients,"
                        + " **did not serve** the honest client: 2,900 of 3,000 requests failed");
    }

    @Test
    void aProcessThatIsGoneHasDiedWhenItWasLastSeen() {
        assertThat(run(REFUSED, ALL_THERE, false, 0).verdict()).startsWith("**died** after 10 s");
    }

    @Test
    void onePercentMayFailBeforeNobodyIsServed() {
        assertThat(new Honest(990, 10, 0, 0, 0, 0).isServed()).isTrue();
        assertThat(new Honest(989, 11, 0, 0, 0, 0).isServed()).isFalse();
    }

    @Test
    void outputOfTheClientsIsRead() throws IOException {
        assertThat(Honest.of("answered 10 failed 2 100 250 5000000 240"))
                .isEqualTo(new Honest(10, 2, 100, 250, 5_000_000, 240));
        assertThat(Crowd.State.of("open 1 refused 2 cut 3 bytes 4 waits 5")).isEqualTo(new Crowd.State(1, 2, 3, 4, 5));
        assertThat(FastClients.State.of("asked 4 answered 3 failed 2 bytes 1"))
                .isEqualTo(new FastClients.State(4, 3, 2, 1));
        assertThatThrownBy(() -> Crowd.State.of("no")).isInstanceOf(IOException.class);
    }

    private static SlowRun run(Honest crowded, Crowd.State crowd, boolean isAlive, long lastMib) {
        var contender = new Contender("one", false, place -> List.of(), () -> "1");
        var samples = List.of(new Sample(0, 100 * MIB, 1), new Sample(10, lastMib * MIB, 2));
        return new SlowRun(
                contender, 2_000, 10, 8, 100 * MIB, samples, 0, SERVED, crowded, crowd, isAlive, Optional.empty());
    }
}
