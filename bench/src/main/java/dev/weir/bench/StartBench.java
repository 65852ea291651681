package dev.weir.bench;

import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Figures;
import dev.weir.bench.measure.Options;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Progress;
import dev.weir.bench.measure.Running;
import dev.weir.bench.measure.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// From the start of a process to its first answer.
final class StartBench implements Bench {
    private static final int ROUNDS = 7;
    private static final double GATEWAY_MAX_MILLIS = 700;
    private static final double SERVER_MAX_MILLIS = 250;

    @Override
    public String name() {
        return "start";
    }

    @Override
    public String purpose() {
        return "from the start of the process to its first answer, servers and proxies [--rounds N] [--only NAME,NAME...]";
    }

    @Override
    public boolean run(List<String> words) throws Exception {
        Options options = Options.read(words, ROUNDS, 1);
        var all = new ArrayList<>(Servers.ALL);
        all.addAll(Proxies.ALL);
        List<Contender> contenders = options.choose(all);
        Map<String, List<Double>> millis = new LinkedHashMap<>();
        List<String> absent = new ArrayList<>();
        try (var origin = Running.startOrigin(Servers.C)) {
            for (int round = 1; round <= options.rounds(); round++) {
                for (Contender contender : contenders) {
                    Progress.tell("round %d of %d: %s".formatted(round, options.rounds(), contender.name()));
                    startOnce(contender, origin.port(), millis, absent);
                }
            }
        }
        Progress.end();
        var page = Page.begin(
                "Start to first answer",
                "./weir bench start",
                "Milliseconds from the start of the process to the first answer of 200, which is asked for every millisecond by new"
                        + " connections; on both cores, " + options.rounds()
                        + " rounds that interleave all. `weir` is the gateway's JVM as `./weir run` starts it, without that script's own look for what is stale.");
        Figures figures = figures(millis);
        figures.addTo(page);
        var rows = new ArrayList<List<String>>();
        millis.forEach((name, values) -> rows.add(row(name, values)));
        page.table(List.of("", "median ms", "least to most"), rows);
        page.list(absent.stream().map(why -> "not measured: " + why).toList());
        page.keep(BenchFolders.result(name(), options.isDefault(ROUNDS, 1)));
        return figures.areMet();
    }

    private static void startOnce(
            Contender contender, int origin, Map<String, List<Double>> millis, List<String> absent)
            throws IOException, InterruptedException {
        Running running;
        try {
            running = Running.startOnBoth(contender, origin);
        } catch (IOException cannot) {
            String why = String.valueOf(cannot.getMessage());
            if (!absent.contains(why)) absent.add(why);
            return;
        }
        double took = (double) running.startNanos() / TimeUnit.MILLISECONDS.toNanos(1);
        millis.computeIfAbsent(contender.name(), name -> new ArrayList<>()).add(took);
        running.close();
    }

    private static Figures figures(Map<String, List<Double>> millis) {
        var figures = new Figures();
        figures.atMost("gateway, ms", GATEWAY_MAX_MILLIS, median(millis, Proxies.WEIR.name()));
        figures.atMost("library server, ms", SERVER_MAX_MILLIS, median(millis, Servers.WEIR_LOOP.name()));
        return figures;
    }

    private static double median(Map<String, List<Double>> millis, String name) {
        List<Double> values = millis.getOrDefault(name, List.of());
        return values.isEmpty() ? Double.NaN : Series.Spread.of(values).median();
    }

    private static List<String> row(String name, List<Double> values) {
        var spread = Series.Spread.of(values);
        return List.of(
                name,
                String.format(Locale.ROOT, "%.0f", spread.median()),
                String.format(Locale.ROOT, "%.0f to %.0f", spread.least(), spread.most()));
    }
}
