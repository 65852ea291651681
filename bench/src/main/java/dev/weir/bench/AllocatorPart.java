package dev.weir.bench;

import dev.weir.bench.measure.Figures;
import dev.weir.bench.measure.Output;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Pins;
import dev.weir.bench.measure.Progress;
import dev.weir.bench.peer.BlockBenchmark;
import dev.weir.bench.peer.NettyThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.openjdk.jmh.Main;

/// One buffer taken and given back, ours beside Netty's, in one JMH run.
final class AllocatorPart implements MemoryPart {
    private static final int FORKS = 2;
    private static final int SECONDS = 1;
    private static final int WARM_UPS = 3;
    private static final int MEASURED = 4;
    private static final String OURS = "weir";
    private static final String POOLED = "nettyPooled";
    private static final List<String> NAMES = List.of(OURS, POOLED, "nettyAdaptive");
    private static final List<String> WORDS = List.of(
            "Weir, a normal block of a loop's cache",
            "Netty, `PooledByteBufAllocator`, cache of the thread",
            "Netty, `AdaptiveByteBufAllocator`, magazine of the thread");

    @Override
    public String name() {
        return "allocator";
    }

    /// What JMH says of one benchmark.
    ///
    /// @param nanos of one acquire and release
    /// @param error of that, at 99.9 %
    /// @param bytes allocated on the heap by one
    record Score(double nanos, double error, double bytes) {
        private static final String BYTES = ":gc\\.alloc\\.rate\\.norm";

        /// Reads one of the lines that JMH writes.
        static Score of(String csv, String name) throws IOException {
            double[] time = read(csv, name, "");
            return new Score(time[0], time[1], read(csv, name, BYTES)[0]);
        }

        private static double[] read(String csv, String name, String figure) throws IOException {
            var line = Pattern.compile("(?m)^\"[\\w.]+\\." + name + figure
                            + "\",\"avgt\",\\d+,\\d+,([\\d.E-]+),(NaN|[\\d.E-]+),.*$")
                    .matcher(csv);
            if (!line.find()) throw new IOException("JMH wrote nothing of " + name + figure + ": " + csv);
            return new double[] {Double.parseDouble(line.group(1)), Double.parseDouble(line.group(2))};
        }
    }

    @Override
    public boolean run(MemoryOptions options) throws Exception {
        Progress.tell("allocator: JMH");
        Path csv = Files.createTempFile("weir-bench", ".csv");
        try {
            int seconds = options.secondsOr(SECONDS);
            Output jmh = Output.of(command(csv, seconds));
            Progress.end();
            if (jmh.exit() != 0) throw new IOException("JMH failed: " + jmh.text());
            return write(options, Files.readString(csv), seconds);
        } finally {
            Files.delete(csv);
        }
    }

    // Netty's caches and recycler are for its own threads: this is its best case.
    private static List<String> command(Path csv, int seconds) throws IOException {
        var line = new ArrayList<>(List.of("taskset", "-c", Pins.LOAD));
        line.addAll(Jvm.both(
                Main.class,
                BlockBenchmark.class.getName(),
                "-f",
                FORKS,
                "-wi",
                WARM_UPS,
                "-i",
                MEASURED,
                "-w",
                seconds,
                "-r",
                seconds,
                "-prof",
                "gc",
                "-jvmArgsAppend",
                "-Djmh.executor=CUSTOM -Djmh.executor.class=" + NettyThreads.class.getName(),
                "-rf",
                "csv",
                "-rff",
                csv));
        return line;
    }

    private boolean write(MemoryOptions options, String csv, int seconds) throws IOException {
        Score ours = Score.of(csv, OURS);
        Score theirs = Score.of(csv, POOLED);
        var page = Page.beginPart(
                "Acquire and release without waiters",
                options.command(name()),
                "JMH %s in one run: one thread on one core takes a buffer of 16 KiB and gives it back; %d forks, %d warm-ups and %d measurements of %d s each, the gc profiler for bytes. Ours notes its owner and stamps its lease; Netty %s checks access and counts references, and the thread is one of its own, for which its caches and its recycler are made."
                        .formatted(
                                BenchFolders.versionOf("jmh-core"),
                                FORKS,
                                WARM_UPS,
                                MEASURED,
                                seconds,
                                BenchFolders.versionOf("netty-buffer")));
        var figures = new Figures();
        figures.atMost("Weir / Netty's pooled allocator", 1.00, ours.nanos() / theirs.nanos());
        figures.atMost("Weir, bytes of garbage", 0, Math.rint(ours.bytes() * 100) / 100);
        figures.addTo(page);
        var rows = new ArrayList<List<String>>();
        for (int i = 0; i < NAMES.size(); i++) {
            Score score = Score.of(csv, NAMES.get(i));
            rows.add(List.of(
                    WORDS.get(i),
                    "%.1f ± %.1f".formatted(score.nanos(), score.error()),
                    "%.3f".formatted(score.bytes())));
        }
        page.table(List.of("", "ns", "bytes of garbage"), rows);
        options.keep(page);
        return figures.areMet();
    }
}
