package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Proves that numbers which must not be guessed differ each time, and are the same again only where a world is
/// played again.
final class SecretsTest {
    private record Still(long nanoTime, long epochMillis) implements Clock {}

    @Test
    void withTheSystemClockNoTwoNumbersAreTheSame() {
        var seen = new TreeSet<Long>();
        long used = 0;
        for (int i = 0; i < 1000; i++) {
            long next = Secrets.next(Clock.system());
            seen.add(next);
            used |= next;
        }
        assertThat(seen).hasSize(1000);
        assertThat(used).as("every bit is used").isEqualTo(-1);
    }

    @Test
    void withASimulatedClockTheNumbersAreRepeatable() {
        var clock = new Still(5, 7);
        assertThat(Secrets.next(clock)).isEqualTo(Secrets.next(new Still(5, 7)));
        assertThat(Secrets.next(clock)).isNotEqualTo(Secrets.next(new Still(6, 7)));
        assertThat(Secrets.next(clock)).isNotEqualTo(Secrets.next(new Still(5, 8)));
    }
}
