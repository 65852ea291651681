package dev.weir.laws;

import dev.weir.laws.frames.FramesScenario;
import dev.weir.laws.gateway.CrowdScenario;
import dev.weir.laws.gateway.GatewayScenario;
import dev.weir.laws.http.HandlersScenario;
import dev.weir.laws.pool.PoolScenario;
import dev.weir.testing.sim.Run;
import dev.weir.testing.sim.Scenario;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.time.Clock;
import dev.weir.time.RarePoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Lists the scenarios, plays one with many seeds, or plays one seed again.
public final class Main {
    static final List<Scenario> SCENARIOS = List.of(
            new PoolScenario(),
            new FramesScenario(),
            HandlersScenario.BLOCKING,
            HandlersScenario.WORKERS,
            GatewayScenario.HTTP,
            GatewayScenario.TCP,
            new CrowdScenario());

    private static final int FAILED = 1;
    private static final int REFUSED = 2;
    private static final long SECONDS_PER_MINUTE = 60;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int STACK_LINES_MAX = 40;

    private Main() {}

    /// Exits with 0, or 1 when a law was broken, or 2 when the command line is wrong.
    public static void main(String[] arguments) throws Exception {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) throws Exception {
        if (arguments.isEmpty()) {
            for (Scenario scenario : SCENARIOS) System.out.printf("  %-10s %s%n", scenario.label(), scenario.purpose());
            return 0;
        }
        Options options;
        try {
            options = Options.of(arguments.subList(1, arguments.size()));
        } catch (IllegalArgumentException wrong) {
            System.err.println("weir: sim: " + wrong.getMessage());
            return REFUSED;
        }
        var chosen = SCENARIOS.stream()
                .filter(one -> arguments.getFirst().equals("all") || one.label().equals(arguments.getFirst()))
                .toList();
        if (chosen.isEmpty()) {
            System.err.println("weir: unknown scenario: " + arguments.getFirst() + "; './weir sim' lists them");
            return REFUSED;
        }
        var log = ErrorLog.install();
        int failed = 0;
        for (Scenario scenario : chosen) {
            if (options.starts() > 0) failed += starts(scenario, options);
            else if (options.isOneSeed()) failed += again(scenario, options, log);
            else failed += campaign(scenario, options, log);
        }
        return failed == 0 ? 0 : FAILED;
    }

    private static int campaign(Scenario scenario, Options options, ErrorLog log) throws InterruptedException {
        long minutes = options.minutes();
        long untilNanos = Clock.system().nanoTime()
                + (minutes == 0 ? Long.MAX_VALUE / 4 : minutes * SECONDS_PER_MINUTE * NANOS_PER_SECOND);
        int cores = Runtime.getRuntime().availableProcessors();
        var plan = new Campaign.Plan(options.from(), options.seeds(), untilNanos, cores);
        var campaign = new Campaign(scenario, plan, log, System.err::println);
        List<Run> failures = campaign.run();
        System.out.println(campaign.summary());
        tellHits(campaign);
        for (Run failure : failures) {
            System.out.println(failure.line());
            System.out.println("  again: ./weir sim " + scenario.label() + " --seed " + failure.seed());
        }
        return failures.size();
    }

    /// Whether a seed is not the same run in each program.
    private static int starts(Scenario scenario, Options options) throws InterruptedException {
        var lines = new Starts(scenario, options.seed(), options.starts()).run();
        lines.forEach((line, count) ->
                System.out.printf("%s: %d of %d starts: %s%n", scenario.label(), count, options.starts(), line));
        return lines.size() == 1 && lines.keySet().iterator().next().endsWith(" ok") ? 0 : 1;
    }

    private static void tellHits(Campaign campaign) {
        var hits = new StringBuilder();
        for (Fault fault : Fault.values()) {
            hits.append(' ').append(fault).append(' ').append(campaign.struck(fault));
        }
        System.out.println("  faults:" + hits);
        hits.setLength(0);
        for (RarePoint point : RarePoints.ALL) {
            hits.append(' ').append(point).append(' ').append(campaign.taken(point));
        }
        System.out.println("  rare paths:" + hits);
    }

    /// Plays one seed again, and finds out which faults it takes when it fails.
    private static int again(Scenario scenario, Options options, ErrorLog log) throws IOException {
        Run run = played(scenario, options, Collections.unmodifiableSortedSet(new TreeSet<>()), log);
        if (run.failure() != null) {
            explain(run.failure());
            SortedSet<Integer> omitted = Run.shrink(scenario, run, log);
            System.out.println(
                    "it takes " + (run.faults() - omitted.size()) + " of " + run.faults() + " faults to fail");
            if (options.trace() != null) played(scenario, options, omitted, log);
        }
        System.out.println(run.line());
        return run.isOk() ? 0 : 1;
    }

    private static Run played(Scenario scenario, Options options, SortedSet<Integer> omitted, ErrorLog log)
            throws IOException {
        Path file = options.trace();
        if (file == null) return Run.of(scenario, options.seed(), omitted, null, log);
        try (var writer = new PrintWriter(Files.newBufferedWriter(file))) {
            return Run.of(scenario, options.seed(), omitted, writer, log);
        }
    }

    private static void explain(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            System.out.println(cause);
            StackTraceElement[] lines = cause.getStackTrace();
            for (int i = 0; i < Math.min(lines.length, STACK_LINES_MAX); i++) System.out.println("  at " + lines[i]);
        }
    }
}
