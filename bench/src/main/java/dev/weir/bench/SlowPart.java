package dev.weir.bench;

import dev.weir.bench.measure.Chart;
import dev.weir.bench.measure.Figures;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Progress;
import dev.weir.bench.measure.Running;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A crowd of slow clients and one honest client in front of each proxy.
final class SlowPart implements MemoryPart {
    private static final int SECONDS_FIRST_KIND = 120;
    private static final int SECONDS_OTHER_KINDS = 12;
    private static final int PEERS_SECONDS = 8;
    private static final int BASE_SECONDS = 8;
    private static final int PEERS_BASE_SECONDS = 3;
    private static final Crowd.Size CROWD = new Crowd.Size(2_000, false);
    private static final double ALLOWANCE = 1.05;
    private static final double LATENCY_RATIO_MAX = 3;
    private static final double MIB = 1 << 20;
    private static final double MICROS_A_MILLI = 1_000;

    private final CrowdBehaviour kind;

    SlowPart(CrowdBehaviour kind) {
        this.kind = kind;
    }

    @Override
    public String name() {
        return kind.word();
    }

    @Override
    public boolean run(MemoryOptions options) throws Exception {
        int ours = options.secondsOr(kind == CrowdBehaviour.READERS ? SECONDS_FIRST_KIND : SECONDS_OTHER_KINDS);
        var our = new SlowRun.Length(options.baseOr(BASE_SECONDS), ours);
        var theirs = new SlowRun.Length(PEERS_BASE_SECONDS, Math.min(ours, PEERS_SECONDS));
        var usual = kind == CrowdBehaviour.READERS ? MemoryProxies.USUAL : MemoryProxies.FEW;
        var runs = new ArrayList<SlowRun>();
        var absent = new ArrayList<String>();
        try (var origin = Running.startOrigin(Programs.ethernetOrigin());
                var honest = Child.startLoad(HonestClient.class)) {
            for (var contender : options.contenders(usual, MemoryProxies.ALL)) {
                var length = contender.equals(MemoryProxies.WEIR) ? our : theirs;
                try {
                    runs.add(SlowRun.of(contender, kind, CROWD, origin.port(), honest, length));
                } catch (IOException cannot) {
                    absent.add("not measured: " + contender.name() + ": " + cannot.getMessage());
                }
            }
        }
        Progress.end();
        return write(options, runs, absent);
    }

    private boolean write(MemoryOptions options, List<SlowRun> runs, List<String> absent) throws IOException {
        var page = Page.beginPart(kind.title(), options.command(name(), MemoryProxies.ALL), how(runs));
        var figures = new Figures();
        for (SlowRun run : runs) if (run.contender().equals(MemoryProxies.WEIR)) addFigures(figures, run);
        figures.addTo(page);
        page.part("What became of them");
        page.list(runs.stream()
                .map(run -> run.contender().name() + ": " + run.verdict())
                .toList());
        page.table(
                List.of(
                        "",
                        "s",
                        "RSS MiB: base, most",
                        "honest p50 / p99 ms, alone",
                        "with the crowd",
                        "p99 once all were there",
                        "failed",
                        "crowd: still there, refused, cut",
                        "nothing moved for 5 s",
                        "KiB moved for each",
                        "CPU of a core",
                        "kernel's sockets MiB"),
                runs.stream().map(SlowPart::row).toList());
        page.list(absent);
        picture(options, runs, page);
        addSettings(page, runs);
        options.keep(page);
        return figures.areMet();
    }

    private String how(List<SlowRun> runs) {
        return "%,d clients of a process of their own %s; they come 100 every tenth of a second, each once. Beside them an honest client of another address asks for 64 KiB 200 times a second over four connections, open loop. "
                        .formatted(CROWD.clients(), kind.does())
                + "Each proxy has a core of its own and is started anew: %s of 64 quick clients (wrk, 64 KiB bodies; its base), then %,d clients of the same kind for %d s, so that JVMs have compiled what they will need, then, when these have left, the honest client alone, then with the crowd for the seconds in the table. "
                        .formatted(bases(runs), SlowRun.WARM.clients(), SlowRun.WARM_SECONDS)
                + "RSS and CPU are read from `/proc` twice a second, from outside. Nothing moved: for the client, while it could have; its proxy is behind or has left it waiting. KiB moved: read by the clients or taken from them, a mean over all %,d."
                        .formatted(CROWD.clients())
                + (runs.stream().map(SlowRun::seconds).distinct().count() > 1
                        ? " Peers are watched for less long."
                        : "");
    }

    private static String bases(List<SlowRun> runs) {
        return runs.stream()
                .map(run -> run.contender().name() + " " + run.baseSeconds() + " s")
                .collect(Collectors.joining(", "));
    }

    private static void addFigures(Figures figures, SlowRun run) {
        double budget = MemoryProxies.BUDGET_BYTES / MIB;
        figures.atMost("RSS, MiB (base + budget + 5 %)", ALLOWANCE * (run.baseMib() + budget), run.mostMib());
        figures.atMost(
                "honest p99, times that alone",
                LATENCY_RATIO_MAX,
                run.crowded().most99() / run.alone().most99());
        figures.atMost("honest requests that failed", 0, (double) run.crowded().failed());
    }

    private static List<String> row(SlowRun run) {
        var crowd = run.crowd();
        return List.of(
                run.contender().name(),
                String.valueOf(run.seconds()),
                "%.0f, %.0f".formatted(run.baseMib(), run.mostMib()),
                latency(run.alone()),
                latency(run.crowded()),
                String.format(Locale.ROOT, "%.2f", run.crowded().late99() / MICROS_A_MILLI),
                "%,d of %,d".formatted(run.crowded().failed(), run.crowded().asked()),
                "%,d, %,d, %,d".formatted(crowd.open(), crowd.refused(), crowd.cut()),
                "%,d".formatted(crowd.still()),
                String.format(Locale.ROOT, "%.1f", crowd.bytes() / 1_024.0 / CROWD.clients()),
                "%.0f %%".formatted(run.cpuShare() * 100),
                "%.0f".formatted(run.kernelMib()));
    }

    private static String latency(SlowRun.Honest honest) {
        return String.format(
                Locale.ROOT, "%.2f / %.2f", honest.half() / MICROS_A_MILLI, honest.most99() / MICROS_A_MILLI);
    }

    private void picture(MemoryOptions options, List<SlowRun> runs, Page page) throws IOException {
        var chart = new Chart(kind.title() + ": resident memory, MiB", "seconds since the crowd began to come");
        for (SlowRun run : runs) {
            chart.line(
                    run.contender().name(),
                    run.samples().stream()
                            .map(one -> new Chart.Point(one.second(), one.residentBytes() / MIB))
                            .toList());
        }
        chart.keep(options.picture(name()));
        page.picture(kind.title() + ": resident memory over time", options.picture(name()));
    }

    private static void addSettings(Page page, List<SlowRun> runs) throws IOException {
        page.part("Settings");
        var lines = new ArrayList<String>();
        var versions = new ArrayList<String>();
        for (SlowRun run : runs) versions.add(run.contender().version().told());
        lines.add(String.join("; ", versions));
        lines.addAll(MemoryProxies.SETTINGS);
        page.list(lines);
    }
}
