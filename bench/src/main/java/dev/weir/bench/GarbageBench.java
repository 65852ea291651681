package dev.weir.bench;

import dev.weir.bench.measure.Options;
import dev.weir.bench.measure.Progress;
import dev.weir.gateway.Gateway;
import dev.weir.gateway.config.ConfigReader;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.loop.CloseReport;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a request leaves for the collector, by the JVM's own counters: a gateway as users run it, access log to
/// a file, metrics and admin on, origins and load in other JVMs.
final class GarbageBench implements Bench {
    private static final int CONNECTIONS = 64;
    private static final long WARM_UP = 200_000;
    private static final long MEASURED = 1_000_000;
    private static final Duration CLOSE_TIME = Duration.ofSeconds(10);
    private static final Pattern ADDRESSES = Pattern.compile("127\\.0\\.0\\.1:(\\d+), admin 127\\.0\\.0\\.1:(\\d+)");

    @Override
    public String name() {
        return "garbage";
    }

    @Override
    public String purpose() {
        return "bytes allocated for each request that is forwarded; with --profile also where";
    }

    @Override
    public boolean run(List<String> options) throws Exception {
        for (String option : options) {
            if (!option.equals("--profile")) throw new Options.UnfitOptionException("unknown option: " + option);
        }
        Path folder = Files.createTempDirectory("weir-garbage");
        try (var origins = Child.start(Origins.class, List.of())) {
            String[] ports = origins.hear().split(" ", -1);
            var gateway = Gateway.open(config(folder, ports), line -> System.err.println("weir: " + line));
            try {
                return measure(gateway, folder, !options.isEmpty());
            } finally {
                Progress.tell("closing");
                for (CloseReport report : gateway.close(Deadline.in(Clock.system(), CLOSE_TIME))) {
                    if (!report.isClean()) System.err.println("weir: still alive: " + report.survivors());
                }
                Progress.end();
            }
        } finally {
            delete(folder);
        }
    }

    private static GatewayConfig config(Path folder, String[] ports) {
        String text = """
                memory: 64MiB
                admin: 127.0.0.1:0
                access-log: %s
                listeners:
                  - { bind: "127.0.0.1:0", routes: [ { path: /form, upstream: forms }, { upstream: web } ] }
                upstreams:
                  web: { origins: [ "127.0.0.1:%s", "127.0.0.1:%s" ] }
                  forms: { origins: [ "127.0.0.1:%s", "127.0.0.1:%s" ] }
                """.formatted(folder.resolve("access.log"), ports[0], ports[1], ports[0], ports[1]);
        return switch (ConfigReader.read("garbage.yaml", text)) {
            case ConfigReader.Read(var config) -> config;
            case ConfigReader.Refused refused -> throw new IllegalStateException(refused.toString());
        };
    }

    private static boolean measure(Gateway gateway, Path folder, boolean profiled) throws Exception {
        Matcher addresses = ADDRESSES.matcher(gateway.addresses());
        if (!addresses.matches()) throw new IllegalStateException("where is it? " + gateway.addresses());
        int admin = Integer.parseInt(addresses.group(2));
        var arguments = List.of(addresses.group(1), String.valueOf(CONNECTIONS));
        try (var load = Child.start(Load.class, arguments)) {
            send(load, "warming up", WARM_UP);
            GatewayMetricsReader toldBefore = GatewayMetricsReader.of(admin);
            // Why: what the first look at the counters loads and compiles is not part of the measurement.
            Counters.now();
            try (var sites = profiled ? AllocationSites.start() : null) {
                Counters before = Counters.now();
                long nanos = send(load, "measuring", MEASURED);
                Counters after = Counters.now();
                Progress.end();
                GatewayMetricsReader told = GatewayMetricsReader.of(admin).since(toldBefore);
                var result = new GarbageResult(nanos, told, before, after);
                System.out.print(result.describe());
                tellSites(sites, folder);
                System.out.println(result.verdict());
                return result.isClean();
            }
        }
    }

    private static void tellSites(@Nullable AllocationSites sites, Path folder) throws IOException {
        if (sites != null) System.out.println(sites.describe(folder.resolve("garbage.jfr")));
    }

    private static long send(Child load, String what, long count) throws IOException {
        load.tell(String.valueOf(count));
        String line = load.hear();
        while (!line.startsWith("done ")) {
            Progress.tell("%s: %,d of %,d requests".formatted(what, Long.parseLong(line), count));
            line = load.hear();
        }
        return Long.parseLong(line.substring("done ".length()));
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) Files.delete(file);
        }
        Files.delete(folder);
    }
}
