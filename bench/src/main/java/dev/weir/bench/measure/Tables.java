package dev.weir.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// Writes what a campaign measured into a page.
public final class Tables {
    private static final double MIB = 1 << 20;
    private static final List<String> HEADS = List.of(
            "",
            "CPU us/request (user + system)",
            "ratio (least to most)",
            "requests/s",
            "p50 / p99 us",
            "RSS MB",
            "load's core");
    private static final List<String> COUNTED_HEADS =
            List.of("", "version", "system calls/request", "bytes allocated/request", "young collections/s");

    private Tables() {}

    /// One table: all contenders under a workload, their ratios to one of them.
    ///
    /// @param reference the contender that is 1
    public static void add(Page page, Campaign campaign, Workload workload, Contender reference) {
        page.part(workload.name());
        Series one = campaign.of(reference, workload).orElse(null);
        var rows = new ArrayList<List<String>>();
        int disturbed = 0;
        for (Series series : campaign.under(workload)) {
            rows.add(row(series, one));
            disturbed += series.disturbed();
        }
        page.table(HEADS, rows);
        page.paragraph("The ratio is to %s in the same round, median and extremes of the rounds. %s"
                .formatted(reference.name(), thrownAway(disturbed)));
    }

    private static String thrownAway(int disturbed) {
        return disturbed == 0
                ? "No round was disturbed."
                : disturbed + " disturbed rounds were thrown away and made again.";
    }

    private static List<String> row(Series series, @Nullable Series reference) {
        String name = series.contender().name();
        if (!series.isValid()) {
            return List.of(name, "void: " + series.errors() + " errors", "-", "-", "-", "-", "-");
        }
        String cpu = "%s (%s + %s)"
                .formatted(
                        Page.number(series.cpu()),
                        Page.number(series.median(Round::user)),
                        Page.number(series.median(Round::system)));
        return List.of(
                name,
                cpu,
                reference == null || !reference.isValid() ? "-" : spread(series.ratioTo(reference)),
                String.format(Locale.ROOT, "%,.0f", series.median(Round::rate)),
                latency(series),
                Page.number(series.median(round -> round.used().residentBytes()) / MIB),
                share(series.loadShare()));
    }

    /// A ratio with its extremes.
    public static String spread(Series.Spread spread) {
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", spread.median(), spread.least(), spread.most());
    }

    // Under pipelining wrk knows no latency of one request.
    private static String latency(Series series) {
        if (series.workload().script() != null) return "-";
        return "%.0f / %.0f"
                .formatted(
                        series.median(round -> round.load().half()),
                        series.median(round -> round.load().most()));
    }

    private static String share(OptionalDouble share) {
        return share.isPresent() ? "%.0f %%".formatted(share.getAsDouble() * 100) : "-";
    }

    /// What was counted apart, and the versions.
    public static void addCounted(Page page, Campaign campaign, Workload workload) throws IOException {
        page.part("Counted in runs of their own: " + workload.name());
        var rows = new ArrayList<List<String>>();
        for (Series series : campaign.under(workload)) {
            Contender contender = series.contender();
            Extra extra = campaign.extra(contender.name());
            rows.add(List.of(
                    contender.name(),
                    contender.version().told(),
                    shown(extra.systemCalls()),
                    shown(extra.allocatedBytes()),
                    shown(extra.youngCollections())));
        }
        page.table(COUNTED_HEADS, rows);
        page.list(campaign.absent().stream().map(why -> "not measured: " + why).toList());
    }

    private static String shown(OptionalDouble value) {
        return value.isPresent() ? Page.number(value.getAsDouble()) : "-";
    }
}
