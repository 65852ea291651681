package dev.weir.runtime;

import java.time.Duration;
import java.util.List;

/// How one server of a runtime ended.
///
/// **Threads:** immutable.
///
/// @param isGone whether everything of it is gone; false when a loop is stuck
/// @param cut each connection that had not finished at the deadline and was reset, with what was in flight on
///     it; the first [dev.weir.loop.CloseReport#CUT_NAMED_MAX], then how many more
/// @param took how long it took
public record EndReport(boolean isGone, List<String> cut, Duration took) {
    /// Copies the list.
    public EndReport {
        cut = List.copyOf(cut);
    }
}
