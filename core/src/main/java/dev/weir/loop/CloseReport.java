package dev.weir.loop;

import dev.weir.ledger.Balance;
import java.time.Duration;
import java.util.List;

/// What was left when a group of loops was closed.
///
/// **Threads:** immutable.
///
/// @param balance what was still alive; zero when closed means closed
/// @param survivors each of them in words; empty when the balance is zero
/// @param took how long closing took
public record CloseReport(Balance balance, List<String> survivors, Duration took) {
    public CloseReport {
        survivors = List.copyOf(survivors);
    }

    /// Whether nothing survived.
    public boolean isClean() {
        return balance.isZero() && survivors.isEmpty();
    }
}
