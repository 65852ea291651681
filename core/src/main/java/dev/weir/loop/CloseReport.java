package dev.weir.loop;

import dev.weir.ledger.Balance;
import java.time.Duration;
import java.util.List;

/// The result of a close: of a runtime, of its loops, or of one server while its runtime goes on.
///
/// **Threads:** immutable.
///
/// @param balance what was still alive in the whole runtime: zero after a clean close of the runtime; after the
///     close of one server it also counts what else is open in its runtime
/// @param survivors what is left of what was closed, as text; empty when everything is gone
/// @param cut what had not finished at the deadline and was cut, as text: each connection with what was in
///     flight on it, each handler that was interrupted; the first [#CUT_NAMED_MAX], then how many more. Empty
///     when everything ended in order
/// @param took how long closing took
/// @param failures each loop that failed, and why; when a loop fails, the group is closed
public record CloseReport(
        Balance balance, List<String> survivors, List<String> cut, Duration took, List<String> failures) {
    /// How many of the entries that were cut are named.
    public static final int CUT_NAMED_MAX = 100;

    public CloseReport {
        survivors = List.copyOf(survivors);
        cut = List.copyOf(cut);
        failures = List.copyOf(failures);
    }

    /// Whether nothing survived of what was closed. True also when something had to be cut.
    public boolean isClean() {
        return survivors.isEmpty();
    }
}
