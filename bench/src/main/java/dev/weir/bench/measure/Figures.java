package dev.weir.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What must come out: each figure says what, its limit, what was measured, and whether that is within.
///
/// **Threads:** confined to the bench.
public final class Figures {
    private final List<List<String>> rows = new ArrayList<>();
    private boolean met = true;

    /// A number that may not exceed its limit.
    public void atMost(String what, double limit, double measured) {
        add(what, String.format(Locale.ROOT, "at most %.2f", limit), Page.number(measured), measured <= limit);
    }

    /// A number that may not be below its limit.
    public void atLeast(String what, double limit, double measured) {
        add(what, "at least " + Page.number(limit), Page.number(measured), measured >= limit);
    }

    /// The ratio of one contender to another, which may not exceed its limit; one that is missing fails it.
    ///
    /// @param one the contender that is measured
    /// @param other the one that it is compared with
    public void atMost(String what, double limit, Optional<Series> one, Optional<Series> other) {
        String wanted = String.format(Locale.ROOT, "at most %.2f", limit);
        if (one.isEmpty()
                || other.isEmpty()
                || !one.get().isValid()
                || !other.get().isValid()) {
            add(what, wanted, "not measured", false);
            return;
        }
        Series.Spread ratio = one.get().ratioTo(other.get());
        add(what, wanted, Tables.spread(ratio), ratio.median() <= limit);
    }

    private void add(String what, String wanted, String measured, boolean within) {
        rows.add(List.of(what, wanted, measured, within ? "met" : "**missed**"));
        met &= within;
    }

    /// Writes them.
    public void addTo(Page page) {
        page.part("Figures");
        page.table(List.of("figure", "wanted", "measured", ""), rows);
    }

    /// Whether all are met.
    public boolean areMet() {
        return met;
    }
}
