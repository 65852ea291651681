package dev.weir.bench;

import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Contender.Command;
import dev.weir.bench.measure.Figures;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Progress;
import dev.weir.bench.measure.Running;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Crowds of slow clients that want places at an origin, and an honest client beside them, with what each proxy
/// does by default.
final class SlotsPart implements MemoryPart {
    private static final List<Integer> SIZES = List.of(64, 200, 2_000);
    private static final List<CrowdBehaviour> KINDS = List.of(CrowdBehaviour.TRICKLE, CrowdBehaviour.READERS);
    private static final int ROUNDS = 2;
    private static final int SECONDS = 12;
    private static final int BASE_SECONDS = 3;
    private static final double LATENCY_RATIO_MAX = 3;
    private static final double MICROS_A_MILLI = 1_000;

    private static final Contender WEIR = weir();
    private static final Contender NGINX = Programs.nginx("nginx", "nginx-proxy-uploads.conf");
    private static final List<Contender> PROXIES = List.of(WEIR, Proxies.HAPROXY, NGINX);

    private static Contender weir() {
        Command command = place -> Jvm.gateway(Template.fill("weir-proxy-default.yaml", place));
        return new Contender("weir", true, command, () -> "Weir " + BenchFolders.ownVersion());
    }

    /// What all proxies are put before, one after the other.
    private record Turn(int round, CrowdBehaviour kind, Crowd.Size size) {
        @Override
        public String toString() {
            return "%,d %s, round %d".formatted(size.clients(), kind.word(), round);
        }
    }

    /// One run of one proxy.
    private record Measured(CrowdBehaviour kind, int round, SlowRun run) {
        double times() {
            return run.crowded().late99() / run.alone().most99();
        }

        List<String> row() {
            var honest = run.crowded();
            var crowd = run.crowd();
            return List.of(
                    kind.word(),
                    "%,d".formatted(run.clients()),
                    run.contender().name(),
                    String.valueOf(round),
                    millis(run.alone().half()) + " / " + millis(run.alone().most99()),
                    millis(honest.half()) + " / " + millis(honest.most99()),
                    millis(honest.late99()),
                    String.format(Locale.ROOT, "%.2f", times()),
                    "%,d of %,d".formatted(honest.failed(), honest.asked()),
                    "%,d, %,d, %,d".formatted(crowd.open(), crowd.refused(), crowd.cut()));
        }

        private static String millis(double micros) {
            return String.format(Locale.ROOT, "%.2f", micros / MICROS_A_MILLI);
        }
    }

    @Override
    public String name() {
        return "slots";
    }

    @Override
    public boolean run(MemoryOptions options) throws Exception {
        var length = new SlowRun.Length(options.baseOr(BASE_SECONDS), options.secondsOr(SECONDS));
        List<Contender> proxies = options.contenders(PROXIES, PROXIES);
        var measured = new ArrayList<Measured>();
        var absent = new ArrayList<String>();
        try (var origin = Running.startOrigin(Programs.ethernetOrigin());
                var honest = Child.startLoad(HonestClient.class)) {
            for (Turn turn : turns()) {
                for (Contender proxy : proxies) {
                    try {
                        var run = SlowRun.of(proxy, turn.kind(), turn.size(), origin.port(), honest, length);
                        measured.add(new Measured(turn.kind(), turn.round(), run));
                    } catch (IOException cannot) {
                        absent.add("not measured: " + proxy.name() + ", " + turn + ": " + cannot.getMessage());
                    }
                }
            }
        }
        Progress.end();
        return write(options, measured, absent);
    }

    private static List<Turn> turns() {
        var turns = new ArrayList<Turn>();
        for (int round = 1; round <= ROUNDS; round++) {
            for (CrowdBehaviour kind : KINDS) {
                for (int clients : SIZES) turns.add(new Turn(round, kind, new Crowd.Size(clients, true)));
            }
        }
        return turns;
    }

    private boolean write(MemoryOptions options, List<Measured> measured, List<String> absent) throws IOException {
        var page = Page.beginPart("Places at the origin", options.command(name(), PROXIES), how(measured));
        var figures = new Figures();
        for (CrowdBehaviour kind : KINDS) {
            for (int clients : SIZES) addFigures(figures, measured, kind, clients);
        }
        figures.addTo(page);
        page.part("What became of the honest client");
        page.table(
                List.of(
                        "crowd",
                        "clients",
                        "",
                        "round",
                        "honest p50 / p99 ms, alone",
                        "with the crowd",
                        "p99 once all were there",
                        "times that alone",
                        "failed",
                        "crowd: still there, refused, cut"),
                measured.stream().map(Measured::row).toList());
        page.list(absent);
        page.part("Settings");
        var lines = new ArrayList<String>();
        for (Contender proxy : PROXIES) lines.add(proxy.version().told());
        lines.add("weir: `bench/peers/weir-proxy-default.yaml`: pool, time-outs, least rate and memory as by default");
        lines.add("HAProxy: `bench/peers/haproxy-proxy.cfg`, no limit of connections to the origin, long time-outs");
        lines.add("nginx: `bench/peers/nginx-proxy-uploads.conf`, bodies handed on as they come, no limit either");
        page.list(lines);
        options.keep(page);
        return figures.areMet();
    }

    private static String how(List<Measured> measured) {
        int seconds = measured.isEmpty() ? SECONDS : measured.getFirst().run().seconds();
        return "A crowd comes, 100 clients every tenth of a second, and does one of two things: its clients %s; or they %s. "
                        .formatted(CrowdBehaviour.TRICKLE.does(), CrowdBehaviour.READERS.does())
                + "One that is refused or cut comes again a second later. "
                + "Beside them an honest client of another address asks for 64 KiB 200 times a second over four connections, open loop, first alone, then for %d s with the crowd. "
                        .formatted(seconds)
                + "Proxies take turns, each started anew on a core of its own and warmed up by quick clients and a smaller crowd; %d rounds. "
                        .formatted(ROUNDS)
                + "All were there: after the first %d s."
                        .formatted(seconds > SlowRun.COMING_SECONDS ? SlowRun.COMING_SECONDS : 0);
    }

    private static void addFigures(Figures figures, List<Measured> all, CrowdBehaviour kind, int clients) {
        var ours = all.stream()
                .filter(one -> one.kind() == kind
                        && one.run().clients() == clients
                        && one.run().contender().equals(WEIR))
                .toList();
        if (ours.isEmpty()) return;
        String which = "%,d %s: ".formatted(clients, kind.word());
        figures.atMost(which + "honest requests that failed", 0, (double)
                ours.stream().mapToLong(one -> one.run().crowded().failed()).sum());
        figures.atMost(
                which + "honest p99 once all were there, times that alone, the worst round",
                LATENCY_RATIO_MAX,
                ours.stream().mapToDouble(Measured::times).max().orElseThrow());
    }
}
