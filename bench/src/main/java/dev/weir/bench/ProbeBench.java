package dev.weir.bench;

import dev.weir.bench.measure.Figures;
import dev.weir.bench.measure.Options;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Progress;
import dev.weir.bench.measure.Series;
import dev.weir.gateway.Gateway;
import dev.weir.gateway.config.ConfigReader;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.loop.CloseReport;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// How long a probe of the admin pages takes while others hold connections to them.
final class ProbeBench implements Bench {
    private static final int ROUNDS = 5;
    private static final int OTHERS = 24;
    private static final int PROBES = 20;
    private static final double MILLIS_MAX = 100;
    private static final int ANSWER_MILLIS_MAX = 40_000;
    private static final String PROBE = "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final String CONFIG = """
            memory: 64MiB
            admin: 127.0.0.1:0
            access-log: off
            listeners:
              - { bind: "127.0.0.1:0", routes: [ { upstream: web } ] }
            upstreams:
              web: { origins: [ "127.0.0.1:1" ] }
            """;

    /// What the others do.
    private enum Holding {
        NOBODY("nobody", ""),
        SILENT("silent", ""),
        HALF_SPOKEN("half-spoken", "GET /livez HT"),
        KEPT("kept after an answer", "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n"),
        POLLING("polling", "GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
        UNREAD("unread", "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(40));

        private final String words;
        private final String said;

        Holding(String words, String said) {
            this.words = words;
            this.said = said;
        }
    }

    @Override
    public String name() {
        return "probes";
    }

    @Override
    public String purpose() {
        return "/livez while 24 others hold connections to the admin pages [--rounds N]";
    }

    @Override
    public boolean run(List<String> words) throws Exception {
        Options options = Options.read(words, ROUNDS, 1);
        var clock = Clock.system();
        var gateway = Gateway.open(config(), line -> {});
        Map<Holding, List<Double>> millis = new LinkedHashMap<>();
        List<CloseReport> closed = List.of();
        try {
            int port = adminPort(gateway);
            for (int round = 1; round <= options.rounds(); round++) {
                for (Holding holding : Holding.values()) {
                    Progress.tell("round %d of %d: %s".formatted(round, options.rounds(), holding.words));
                    millis.computeIfAbsent(holding, one -> new ArrayList<>()).addAll(measured(port, holding));
                }
            }
        } finally {
            closed = gateway.close(Deadline.in(clock, Duration.ofSeconds(5)));
        }
        if (!closed.stream().allMatch(CloseReport::isClean)) throw new IllegalStateException("left: " + closed);
        Progress.end();
        var page = Page.begin(
                "Probes",
                "./weir bench probes",
                "Milliseconds from connecting to the whole answer of `/livez`, each by a new connection, while "
                        + OTHERS
                        + " others hold connections to the admin pages; " + PROBES + " probes a round, "
                        + options.rounds()
                        + " rounds.");
        var figures = new Figures();
        var rows = new ArrayList<List<String>>();
        millis.forEach((holding, values) -> {
            var spread = Series.Spread.of(values);
            figures.atMost("worst probe, others " + holding.words + ", ms", MILLIS_MAX, spread.most());
            rows.add(List.of(holding.words, format(spread.median()), format(spread.most())));
        });
        figures.addTo(page);
        page.table(List.of("others", "median ms", "most ms"), rows);
        page.keep(BenchFolders.result(name(), options.isDefault(ROUNDS, 1)));
        return figures.areMet();
    }

    private static String format(double millis) {
        return String.format(Locale.ROOT, "%.1f", millis);
    }

    private static GatewayConfig config() {
        return switch (ConfigReader.read("probes.yaml", CONFIG)) {
            case ConfigReader.Read(var config) -> config;
            case ConfigReader.Refused refused ->
                throw new IllegalStateException(refused.faults().toString());
        };
    }

    private static int adminPort(Gateway gateway) {
        String addresses = gateway.addresses();
        return Integer.parseInt(addresses.substring(addresses.lastIndexOf(':') + 1));
    }

    private static List<Double> measured(int port, Holding holding) throws IOException {
        var others = new ArrayList<Socket>();
        var millis = new ArrayList<Double>();
        try {
            if (holding != Holding.NOBODY) {
                for (int i = 0; i < OTHERS; i++) others.add(holds(port, holding));
            }
            for (int i = 0; i < PROBES; i++) {
                if (holding == Holding.POLLING) others.set(i % OTHERS, again(port, others.get(i % OTHERS)));
                millis.add(probed(port));
            }
        } finally {
            for (Socket one : others) one.close();
        }
        return millis;
    }

    private static Socket holds(int port, Holding holding) throws IOException {
        Socket socket = dial(port);
        try {
            socket.getOutputStream().write(holding.said.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException _) {
            // Why: it had to give way already, which is what is measured.
        }
        return socket;
    }

    private static Socket again(int port, Socket before) throws IOException {
        before.close();
        return holds(port, Holding.POLLING);
    }

    private static double probed(int port) throws IOException {
        long began = System.nanoTime();
        try (Socket socket = dial(port)) {
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            socket.getOutputStream().write(PROBE.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            if (!answer.startsWith("HTTP/1.1 200")) throw new IOException("the probe was answered by: " + answer);
        }
        return (double) (System.nanoTime() - began) / TimeUnit.MILLISECONDS.toNanos(1);
    }

    private static Socket dial(int port) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS_MAX);
        return socket;
    }
}
