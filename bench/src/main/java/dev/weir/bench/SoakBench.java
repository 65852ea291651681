package dev.weir.bench;

import dev.weir.bench.measure.Figures;
import dev.weir.bench.measure.Options;
import dev.weir.bench.measure.Output;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/// The gateway under a mixed load for a long time: does anything grow?
final class SoakBench implements Bench {
    private static final int MINUTES = 15;
    private static final int RATE = 100;
    private static final long SAMPLE_SECONDS = 5;
    private static final int SAMPLES_A_COLLECTION = 12;
    private static final int SAMPLES_AN_ORIGIN_LIVES = 6;
    private static final double WARM_UP_SHARE = 1.0 / 3;
    private static final Pattern READY = Pattern.compile("ready: 127.0.0.1:(\\d+), admin 127.0.0.1:(\\d+)");
    private static final Pattern HEAP = Pattern.compile("\\[0x([0-9a-f]{16}), 0x([0-9a-f]{16})\\)");
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    // What the line through the samples may gain in the measured part of a run. A collection finds a little more or
    // less
    // each time, and descriptors come and go with clients.
    private static final double HEAP_GROWTH_MAX_KIB = 1_024;
    private static final double DESCRIPTORS_GROWTH_MAX = 8;
    private static final double THREADS_GROWTH_MAX = 2;

    /// What follows the name.
    private record Wishes(int minutes, int rate, boolean tracksNative, List<String> jvmOptions) {
        static Wishes of(List<String> words) {
            var wishes = new Wishes(MINUTES, RATE, false, List.of());
            for (int i = 0; i < words.size(); i++) {
                String word = words.get(i);
                if (word.equals("--native-memory")) {
                    wishes = new Wishes(wishes.minutes, wishes.rate, true, wishes.jvmOptions);
                    continue;
                }
                String value = i + 1 < words.size() ? words.get(++i) : "";
                wishes = switch (word) {
                    case "--minutes" ->
                        new Wishes(number(word, value), wishes.rate, wishes.tracksNative, wishes.jvmOptions);
                    case "--rate" ->
                        new Wishes(wishes.minutes, number(word, value), wishes.tracksNative, wishes.jvmOptions);
                    case "--jvm" ->
                        new Wishes(wishes.minutes, wishes.rate, wishes.tracksNative, List.of(value.split(" +", -1)));
                    default ->
                        throw new Options.UnfitOptionException("unknown option " + word
                                + "; there are --minutes N, --rate N, --native-memory and --jvm 'OPTION...'");
                };
            }
            return wishes;
        }

        private static int number(String option, String value) {
            if (value.matches("[1-9]\\d{0,3}")) return Integer.parseInt(value);
            throw new Options.UnfitOptionException(option + " needs a number from 1 to 9999, was '" + value + "'");
        }

        boolean isDefault() {
            return minutes == MINUTES && rate == RATE && !tracksNative && jvmOptions.isEmpty();
        }

        String command() {
            return "./weir bench soak --minutes " + minutes + " --rate " + rate
                    + (tracksNative ? " --native-memory" : "")
                    + (jvmOptions.isEmpty() ? "" : " --jvm '" + String.join(" ", jvmOptions) + "'");
        }
    }

    /// The heap in use after a full collection.
    private record Collected(double minutes, double usedKib) {}

    private final List<SoakSample> samples = new ArrayList<>();
    private final List<Collected> collected = new ArrayList<>();

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public String purpose() {
        return "the gateway under mixed load for a long time: does anything grow? [--minutes N] [--rate N] [--native-memory]";
    }

    @Override
    public boolean run(List<String> words) throws Exception {
        Wishes wishes = Wishes.of(words);
        Path folder = Files.createTempDirectory("weir-soak");
        SoakOrigins steady = SoakOrigins.start();
        SoakOrigins mortal = SoakOrigins.start();
        Process gateway = start(wishes, folder, steady.port(), mortal.port());
        Map<String, Long> counts;
        String tracked;
        try {
            var ready = ports(gateway, folder);
            try (var load = SoakLoad.start(ready[0], ready[1], wishes.rate())) {
                sample(wishes, gateway.pid(), mortal);
                counts = load.counts();
            }
            tracked = wishes.tracksNative() ? jcmd(gateway.pid(), "VM.native_memory", "summary.diff") : "";
        } finally {
            end(gateway);
            steady.die();
            mortal.die();
        }
        boolean endedWell = gateway.exitValue() == 0;
        if (!endedWell) System.err.println(Files.readString(folder.resolve("gateway.log")));
        delete(folder);
        return tell(wishes, counts, tracked, endedWell);
    }

    // ---- the gateway

    private static Process start(Wishes wishes, Path folder, int steady, int mortal) throws IOException {
        Path config = folder.resolve("soak.yaml");
        Files.writeString(config, """
                memory: 64MiB
                admin: 127.0.0.1:0
                access-log: %s
                listeners:
                  - bind: 127.0.0.1:0
                    limits: { connections: 500 }
                    routes:
                      - { path: /small, upstream: web }
                      - { path: /large, upstream: web }
                upstreams:
                  web:
                    origins: [127.0.0.1:%d, 127.0.0.1:%d]
                    pool: { connections: 64, waiting: 500 }
                """.formatted(folder.resolve("access.log"), steady, mortal));
        var options = new ArrayList<>(wishes.jvmOptions());
        if (wishes.tracksNative()) options.add("-XX:NativeMemoryTracking=summary");
        return new ProcessBuilder(Jvm.gatewayAsRun(options, config))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("gateway.log").toFile())
                .start();
    }

    private static int[] ports(Process gateway, Path folder) throws IOException, InterruptedException {
        for (int tries = 0; tries < 300 && gateway.isAlive(); tries++) {
            var ready = READY.matcher(Files.readString(folder.resolve("gateway.log")));
            if (ready.find()) return new int[] {Integer.parseInt(ready.group(1)), Integer.parseInt(ready.group(2))};
            Thread.sleep(100);
        }
        throw new IOException("the gateway did not start: " + Files.readString(folder.resolve("gateway.log")));
    }

    private static void end(Process gateway) throws InterruptedException {
        gateway.destroy();
        if (!gateway.waitFor(60, TimeUnit.SECONDS)) gateway.destroyForcibly().waitFor();
    }

    private static String jcmd(long pid, String... words) throws IOException, InterruptedException {
        var line = new ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        line.add(Long.toString(pid));
        line.addAll(List.of(words));
        return Output.of(line).text();
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.toList().reversed()) Files.deleteIfExists(file);
        }
    }

    // ---- samples

    private void sample(Wishes wishes, long pid, SoakOrigins mortal) throws IOException, InterruptedException {
        var heap = HEAP.matcher(jcmd(pid, "GC.heap_info"));
        long from = Long.MAX_VALUE;
        long to = 0;
        while (heap.find()) {
            from = Math.min(from, Long.parseUnsignedLong(heap.group(1), 16));
            to = Math.max(to, Long.parseUnsignedLong(heap.group(2), 16));
        }
        long began = System.nanoTime();
        long all = TimeUnit.MINUTES.toSeconds(wishes.minutes()) / SAMPLE_SECONDS;
        boolean lives = true;
        for (long i = 1; i <= all; i++) {
            Thread.sleep(TimeUnit.SECONDS.toMillis(SAMPLE_SECONDS));
            double minutes = (System.nanoTime() - began) / 60e9;
            samples.add(SoakSample.of(pid, minutes, from, to));
            Progress.tell("%.1f of %d minutes: %.0f KiB resident"
                    .formatted(minutes, wishes.minutes(), samples.getLast().residentKib()));
            if (wishes.tracksNative() && i == Math.round(all * WARM_UP_SHARE)) {
                jcmd(pid, "VM.native_memory", "baseline");
            }
            if (i % SAMPLES_A_COLLECTION == 0) collected.add(collect(pid, minutes));
            if (i % SAMPLES_AN_ORIGIN_LIVES == 0) {
                if (lives) mortal.die();
                else mortal.revive();
                lives = !lives;
            }
        }
        Progress.end();
    }

    private static Collected collect(long pid, double minutes) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        var used = USED.matcher(jcmd(pid, "GC.heap_info"));
        double sum = 0;
        // Why: with several generations the heap is their sum; what follows in the text is metaspace.
        while (used.find()) sum += Double.parseDouble(used.group(1));
        return new Collected(minutes, sum);
    }

    // ---- the page

    private boolean tell(Wishes wishes, Map<String, Long> counts, String tracked, boolean endedWell)
            throws IOException {
        double warm = wishes.minutes() * WARM_UP_SHARE;
        List<SoakSample> kept =
                samples.stream().filter(one -> one.minutes() > warm).toList();
        List<Collected> heaps =
                collected.stream().filter(one -> one.minutes() > warm).toList();
        double span = wishes.minutes() - warm;
        var figures = new Figures();
        double heap = SoakSample.slope(heaps, Collected::minutes, Collected::usedKib);
        if (heaps.size() > 2) figures.atMost("heap after collection, growth in KiB", HEAP_GROWTH_MAX_KIB, heap * span);
        figures.atMost("descriptors, growth", DESCRIPTORS_GROWTH_MAX, slope(kept, SoakSample::descriptors) * span);
        figures.atMost("threads, growth", THREADS_GROWTH_MAX, slope(kept, SoakSample::threads) * span);
        figures.atMost("exit status of the gateway at the end", 0, endedWell ? 0 : 1);
        var page = Page.begin(
                "Soak",
                wishes.command(),
                "The gateway as `./weir run` starts it, for " + wishes.minutes()
                        + " minutes. Eight kept connections ask " + wishes.rate()
                        + " times a second together; beside them new connections, slow readers and uploaders, resets, bodies of 1 MiB,"
                        + " answers of 404 and 400, pipelined requests, and polls of all admin pages. One of two origins is dead for"
                        + " 30 s in every 60 s. A sample every 5 s; a full collection every minute, which is how the heap after"
                        + " collection is known. Growth is the least-squares line over what follows the first third.");
        figures.addTo(page);
        page.table(List.of("", "after the first third", "at the end", "slope, a minute"), rows(kept, heaps));
        page.list(counts.entrySet().stream()
                .map(one -> one.getKey() + ": " + one.getValue())
                .toList());
        if (!tracked.isEmpty()) {
            page.part("Native memory, difference from the first third on");
            page.list(tracked.lines()
                    .filter(line -> line.matches(".*[+-]\\d+KB.*"))
                    .map(line -> "`" + line.strip() + "`")
                    .toList());
        }
        page.keep(BenchFolders.result(name(), wishes.isDefault()));
        System.out.println(figures.areMet() ? "PASS" : "FAIL");
        return figures.areMet();
    }

    private static double slope(List<SoakSample> kept, ToDoubleFunction<SoakSample> value) {
        return SoakSample.slope(kept, SoakSample::minutes, value);
    }

    private static List<List<String>> rows(List<SoakSample> kept, List<Collected> heaps) {
        var rows = new ArrayList<List<String>>();
        rows.add(row("resident, KiB", kept, SoakSample::residentKib));
        rows.add(row("of it anonymous, KiB", kept, SoakSample::anonymousKib));
        rows.add(row("of it Java heap, touched pages, KiB", kept, SoakSample::heapKib));
        rows.add(row("of it glibc's heaps and metaspace, KiB", kept, SoakSample::mallocKib));
        rows.add(row("of it files, KiB", kept, SoakSample::sharedKib));
        rows.add(row("descriptors", kept, SoakSample::descriptors));
        rows.add(row("threads", kept, SoakSample::threads));
        if (!heaps.isEmpty()) {
            rows.add(List.of(
                    "heap after collection, KiB",
                    text(heaps.getFirst().usedKib()),
                    text(heaps.getLast().usedKib()),
                    slopeText(SoakSample.slope(heaps, Collected::minutes, Collected::usedKib))));
        }
        return rows;
    }

    private static List<String> row(String what, List<SoakSample> kept, ToDoubleFunction<SoakSample> value) {
        return List.of(
                what,
                text(value.applyAsDouble(kept.getFirst())),
                text(value.applyAsDouble(kept.getLast())),
                slopeText(slope(kept, value)));
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    static String slopeText(double value) {
        return Double.isNaN(value) ? "too few samples" : String.format(Locale.ROOT, "%+.2f", value);
    }
}
