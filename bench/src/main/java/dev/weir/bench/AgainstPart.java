package dev.weir.bench;

import dev.weir.bench.measure.Campaign;
import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Options;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Progress;
import dev.weir.bench.measure.Ratios;
import dev.weir.bench.measure.Running;
import dev.weir.bench.measure.Series;
import dev.weir.bench.measure.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whether this tree is slower than another: both are measured in the same run, round by round. In each round
/// both are started anew, because two JVMs that run the same code differ by more than what is looked for, and
/// the one that was second is first in the next.
final class AgainstPart {
    private static final int WARM_UP_SECONDS = 15;
    private static final int TURNS = 2;
    private static final double SLOWER = 1.01;
    private static final double LIKELY = 0.90;
    private static final double SURE = 0.99;

    private final Options options;
    private final Path there;
    private final List<List<String>> rows = new ArrayList<>();
    private boolean isSlower;

    AgainstPart(Options options, Path there) {
        this.options = options;
        this.there = there;
    }

    /// Measures, prints the page, and says whether nothing has become slower.
    boolean run() throws IOException, InterruptedException {
        Progress.tell("building " + there);
        OtherTree tree = OtherTree.build(there);
        Progress.end();
        compare(GuardBench.SERVED, Servers.WEIR_LOOP, tree.server(), null);
        try (var origin = Running.startOrigin(Servers.C)) {
            compare(GuardBench.FORWARDED, Proxies.WEIR, tree.gateway(), origin);
        }
        var page = Page.begin(
                "This tree beside another",
                "./weir bench guard --against " + there,
                "CPU a request, ratios of this tree to the other; " + options.rounds()
                        + " rounds, in each of which both "
                        + "are started anew and take turns. Slower means that the whole interval which holds the true "
                        + "median with a chance of 99 % lies above " + SLOWER + ".");
        page.part("Ratios");
        page.table(List.of("workload", "median", "90 %", "99 %", ""), rows);
        page.keep(BenchFolders.result("guard-against", false));
        System.out.println(isSlower ? "SLOWER" : "PASS");
        return !isSlower;
    }

    private void compare(Workload workload, Contender here, Contender other, @Nullable Running origin)
            throws IOException, InterruptedException {
        var ratios = new ArrayList<Double>();
        for (int round = 1; round <= options.rounds(); round++) {
            Progress.tell("%s: round %d of %d".formatted(workload.name(), round, options.rounds()));
            ratios.add(
                    round(workload, round % 2 == 1 ? List.of(here, other) : List.of(other, here), here, other, origin));
        }
        Progress.end();
        var all = Ratios.of(ratios);
        boolean slower = all.suffice(SURE) && all.interval(SURE).from() > SLOWER;
        isSlower |= slower;
        rows.add(List.of(
                workload.name(),
                number(all.median()),
                text(all.interval(LIKELY)),
                text(all.interval(SURE)),
                verdict(all, slower)));
    }

    private double round(
            Workload workload, List<Contender> order, Contender here, Contender other, @Nullable Running origin)
            throws IOException, InterruptedException {
        var settings = new Campaign.Settings(TURNS, options.seconds(), WARM_UP_SECONDS);
        try (var both = Campaign.start(order, origin, settings)) {
            if (!both.absent().isEmpty()) throw new IOException(String.join("; ", both.absent()));
            both.measure(List.of(workload));
            Series ours = both.of(here, workload).orElseThrow();
            Series theirs = both.of(other, workload).orElseThrow();
            if (!ours.isValid() || !theirs.isValid()) {
                throw new IOException(workload.name() + ": " + ours.errors() + " errors here, " + theirs.errors()
                        + " in the other tree; nothing can be compared");
            }
            return ours.ratioTo(theirs).median();
        }
    }

    private static String verdict(Ratios all, boolean slower) {
        if (!all.suffice(SURE)) return "too few rounds to say";
        return slower ? "**slower**" : "not slower";
    }

    private static String text(Ratios.Interval interval) {
        return number(interval.from()) + " to " + number(interval.to());
    }

    private static String number(double ratio) {
        return String.format(Locale.ROOT, "%.3f", ratio);
    }
}
