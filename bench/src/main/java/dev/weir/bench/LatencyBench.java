package dev.weir.bench;

import dev.weir.bench.measure.Campaign;
import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Options;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Progress;
import dev.weir.bench.measure.Running;
import dev.weir.bench.measure.Series;
import dev.weir.bench.measure.Workload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Latency at a fixed rate that all can keep up with, corrected for coordinated omission.
final class LatencyBench implements Bench {
    private static final int ROUNDS = 3;
    private static final int SECONDS = 4;
    private static final int WARM_UP_SECONDS = 5;
    private static final int CONNECTIONS = 64;
    private static final double SHARE_OF_SATURATION = 0.7;
    private static final int PERCENTILES = 5;
    private static final Workload SATURATED = new Workload("saturation", CONNECTIONS, "/", null);

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String purpose() {
        return "latency at a fixed rate, 70 % of the lowest saturation, p50 to p99.9 " + Options.USAGE;
    }

    @Override
    public boolean run(List<String> words) throws Exception {
        Options options = Options.read(words, ROUNDS, SECONDS);
        var page = Page.begin(
                "Latency at a fixed rate",
                "./weir bench latency",
                "Open loop over %d connections: requests are due at fixed intervals whether answers come or not, and each is measured from the moment at which it was due, so that a pause is charged for all that should have been sent meanwhile (coordinated omission). Server on one core, load (and origin) on the other; %d rounds of %d s that interleave all, median of the rounds, us. A program that could not keep up says so."
                        .formatted(CONNECTIONS, options.rounds(), options.seconds()));
        try (var origin = Running.startOrigin(Servers.C);
                var load = Child.startLoad(OpenLoop.class)) {
            var run = new Run(options, load, page);
            run.measure("Servers", Servers.ALL, null);
            run.measure("Gateways", Proxies.ALL, origin);
        }
        page.keep(BenchFolders.result(name(), options.isDefault(ROUNDS, SECONDS)));
        return true;
    }

    /// One run: its options, its load, and the page that it fills.
    private record Run(Options options, Child load, Page page) {

        void measure(String title, List<Contender> all, @Nullable Running origin)
                throws IOException, InterruptedException {
            List<Contender> contenders = options.only().isEmpty()
                    ? all
                    : all.stream()
                            .filter(one -> options.only().contains(one.name()))
                            .toList();
            var settings = new Campaign.Settings(1, 2, WARM_UP_SECONDS);
            try (var campaign = Campaign.start(contenders, origin, settings)) {
                campaign.measure(List.of(SATURATED));
                Series lowest = campaign.under(SATURATED).stream()
                        .filter(Series::isValid)
                        .min((one, other) -> Double.compare(one.rate(), other.rate()))
                        .orElse(null);
                if (lowest == null) return;
                double rate = lowest.rate() * SHARE_OF_SATURATION;
                page.part("%s at %,.0f requests/s".formatted(title, rate));
                page.paragraph("70 %% of what %s reaches, the lowest."
                        .formatted(lowest.contender().name()));
                page.table(List.of("", "p50", "p90", "p99", "p99.9", "most"), rows(campaign.running(), rate));
                page.list(campaign.absent().stream()
                        .map(why -> "not measured: " + why)
                        .toList());
            }
        }

        private List<List<String>> rows(List<Running> running, double rate) throws IOException {
            Map<String, List<double[]>> rounds = new LinkedHashMap<>();
            Map<String, String> broken = new LinkedHashMap<>();
            for (int round = 1; round <= options.rounds(); round++) {
                for (Running one : running) {
                    String name = one.contender().name();
                    Progress.tell("round %d of %d: %s".formatted(round, options.rounds(), name));
                    load.tell("%d %d %.1f %d".formatted(one.port(), CONNECTIONS, rate, options.seconds()));
                    String line = load.hear();
                    if (line.startsWith("broken")) {
                        broken.put(name, line);
                    } else {
                        rounds.computeIfAbsent(name, absent -> new ArrayList<>())
                                .add(read(line));
                    }
                }
            }
            Progress.end();
            var rows = new ArrayList<List<String>>();
            rounds.forEach((name, values) -> rows.add(row(name, values)));
            broken.forEach((name, why) -> rows.add(List.of(name, why, "-", "-", "-", "-")));
            return rows;
        }
    }

    private static double[] read(String line) {
        String[] words = line.split(" ", -1);
        double[] values = new double[PERCENTILES];
        for (int i = 0; i < PERCENTILES; i++) values[i] = Double.parseDouble(words[i]);
        return values;
    }

    private static List<String> row(String name, List<double[]> rounds) {
        var row = new ArrayList<String>();
        row.add(name);
        for (int i = 0; i < PERCENTILES; i++) {
            int column = i;
            List<Double> values = rounds.stream().map(round -> round[column]).toList();
            row.add(String.format(Locale.ROOT, "%,.0f", Series.Spread.of(values).median()));
        }
        return row;
    }
}
