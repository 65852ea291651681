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
/// @param failures each loop that could not go on, and why; not empty when the group was closed for that
public record CloseReport(Balance balance, List<String> survivors, Duration took, List<String> failures) {
    public CloseReport {
        survivors = List.copyOf(survivors);
        failures = List.copyOf(failures);
    }

    /// Whether nothing survived.
    public boolean isClean() {
        return balance.isZero() && survivors.isEmpty();
    }
}
