package dev.weir.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Proves that the book counts what is alive, says it in words and settles each entry once. A clock turned
/// by hand gives the ages.
final class LedgerTest {
    private final ManualClock clock = new ManualClock();
    private final Ledger ledger = new Ledger("test", clock);

    @Test
    void anEmptyLedgerIsZero() {
        assertThat(ledger.balance().isZero()).isTrue();
        assertThat(ledger.survivors()).isEmpty();
        assertThat(ledger.name()).isEqualTo("test");
    }

    @Test
    void entriesTalliesAndGaugesAddUp() {
        Entry first = ledger.open(Kind.SOCKET, "acceptor");
        Entry second = ledger.open(Kind.SOCKET, "to somewhere");
        ledger.tally("loop-0").opened(Kind.EXCHANGE, "one");
        ledger.gauge(Kind.BUFFER, "pool", () -> 3);

        assertThat(ledger.balance())
                .hasToString("sockets 2, buffers 3, timers 0, threads 0, connections 0, leases 0, exchanges 1");
        first.close();
        second.close();

        assertThat(ledger.balance().live(Kind.SOCKET)).isZero();
        assertThat(ledger.balance().isZero()).isFalse();
    }

    @Test
    void survivorsAreNamedOldestFirstWithTheirAge() {
        ledger.open(Kind.SOCKET, "acceptor 127.0.0.1:8080");
        clock.advance(Duration.ofMillis(12));
        ledger.open(Kind.THREAD, "loop-0");
        Tally tally = ledger.tally("loop-0");
        tally.opened(Kind.LEASE, "one");
        tally.opened(Kind.EXCHANGE, "two");
        tally.opened(Kind.EXCHANGE, "three");
        clock.advance(Duration.ofMillis(3));

        assertThat(ledger.survivors())
                .containsExactly(
                        "socket of acceptor 127.0.0.1:8080, open for 15 ms",
                        "thread of loop-0, open for 3 ms",
                        "1 lease of loop-0",
                        "2 exchanges of loop-0");
    }

    @Test
    void closingAnEntryTwiceIsRefusedAndNamesTheOwner() {
        Entry entry = ledger.open(Kind.CONNECTION, "downstream 7");
        entry.close();

        assertThatThrownBy(entry::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("CONNECTION of downstream 7 was closed twice in the ledger");
        assertThat(ledger.balance().isZero()).isTrue();
    }

    @Test
    void aNegativeTallyIsNotAZeroBalance() {
        ledger.tally("loop-0").closed(Kind.LEASE, "one");

        assertThat(ledger.balance().isZero()).isFalse();
        assertThat(ledger.survivors()).containsExactly("-1 leases of loop-0");
    }
}
