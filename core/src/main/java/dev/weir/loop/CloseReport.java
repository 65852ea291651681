package dev.weir.loop;

import dev.weir.ledger.Balance;
import java.time.Duration;
import java.util.List;

/// How a close went: of a runtime, of its loops, or of one server while its runtime goes on.
///
/// **Threads:** immutable.
///
/// @param balance what was still alive in the whole runtime. After the close of a runtime it is zero, or closed
///     does not mean closed; after the close of one server it counts what else is open in its runtime, too
/// @param survivors what is left of what was closed, each in words; empty when everything of it is gone
/// @param cut what had not finished at the deadline and was cut, in words: each connection with what was in
///     flight on it, each handler that was interrupted; the first [#CUT_NAMED_MAX], then how many more. Empty
///     when everything ended in order
/// @param took how long closing took
/// @param failures each loop that could not go on, and why; not empty when the group was closed for that
public record CloseReport(
        Balance balance, List<String> survivors, List<String> cut, Duration took, List<String> failures) {
    /// How many of those that were cut are named.
    public static final int CUT_NAMED_MAX = 100;

    public CloseReport {
        survivors = List.copyOf(survivors);
        cut = List.copyOf(cut);
        failures = List.copyOf(failures);
    }

    /// Whether nothing survived of what was closed; something may have been cut all the same.
    public boolean isClean() {
        return survivors.isEmpty();
    }
}
