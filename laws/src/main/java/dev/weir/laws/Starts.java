package dev.weir.laws;

import dev.weir.testing.sim.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Plays one seed in one program after the other, each with another heap, collector or compiler, and compares the
/// traces: what decides a run is its seed and nothing else.
///
/// **Threads:** confined to the thread that runs it; its players are threads of its own, gone when [#run] returns.
/// **Waits:** [#run] until the last program has ended.
final class Starts {
    private static final List<String> COLLECTORS =
            List.of("-XX:+UseSerialGC", "-XX:+UseParallelGC", "-XX:+UseG1GC", "-XX:+UseZGC", "-XX:+UseShenandoahGC");
    private static final List<String> HEAPS = List.of("-Xmx48m", "-Xmx64m", "-Xmx128m", "-Xmx300m", "-Xmx1g", "-Xmx2g");
    private static final List<String> COMPILERS =
            List.of("-XX:+TieredCompilation", "-XX:TieredStopAtLevel=1", "-Xint", "-XX:-TieredCompilation");

    private final Scenario scenario;
    private final long seed;
    private final int starts;
    private final AtomicInteger next = new AtomicInteger();
    private final Map<String, Integer> lines = new TreeMap<>(); // guarded by itself

    /// @param starts how many programs
    Starts(Scenario scenario, long seed, int starts) {
        this.scenario = scenario;
        this.seed = seed;
        this.starts = starts;
    }

    /// Starts them all.
    ///
    /// @return each last line that was printed, with how many printed it
    Map<String, Integer> run() throws InterruptedException {
        var players = new ArrayList<Thread>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            players.add(Thread.ofPlatform().name("starter " + i).daemon().start(this::play));
        }
        for (Thread player : players) player.join();
        synchronized (lines) {
            return new TreeMap<>(lines);
        }
    }

    private void play() {
        for (int number = next.getAndIncrement(); number < starts; number = next.getAndIncrement()) {
            String line = lastLine(options(number));
            synchronized (lines) {
                lines.merge(line, 1, Integer::sum);
            }
        }
    }

    /// Why: numbers without a common divisor, so that every collector meets every heap and every compiler.
    private static List<String> options(int number) {
        return List.of(
                COLLECTORS.get(number % COLLECTORS.size()),
                HEAPS.get(number / COLLECTORS.size() % HEAPS.size()),
                COMPILERS.get(number / (COLLECTORS.size() * HEAPS.size()) % COMPILERS.size()));
    }

    private String lastLine(List<String> options) {
        var command = new ArrayList<String>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.add("-ea");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(scenario.label(), "--seed", Long.toString(seed)));
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            Collectors.remove(builder.environment());
            Process program = builder.start();
            try (var output = program.getInputStream()) {
                String told = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
                return told.substring(told.lastIndexOf('\n') + 1);
            }
        } catch (IOException failure) {
            return "with " + options + ": " + failure;
        }
    }
}
