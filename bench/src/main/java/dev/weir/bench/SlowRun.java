package dev.weir.bench;

import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Progress;
import dev.weir.bench.measure.Running;
import dev.weir.bench.measure.Usage;
import dev.weir.bench.measure.Workload;
import dev.weir.bench.measure.Wrk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// What became of one proxy and of its honest client while a crowd was there.
///
/// @param contender the proxy
/// @param clients of the crowd
/// @param seconds for which the crowd was there
/// @param baseSeconds for which quick clients were alone there
/// @param baseBytes its resident memory after them
/// @param samples of its memory and CPU, from the moment at which the crowd began to come
/// @param kernelBytes the most that the kernel held for sockets, those of the clients and of the origin among them
/// @param alone how the honest client was served before
/// @param crowded how the honest client was served meanwhile
/// @param crowd how it went for the crowd
/// @param isAlive whether the process was there at the end
/// @param said its first word of a lack of memory
record SlowRun(
        Contender contender,
        int clients,
        int seconds,
        int baseSeconds,
        long baseBytes,
        List<Sample> samples,
        long kernelBytes,
        Honest alone,
        Honest crowded,
        Crowd.State crowd,
        boolean isAlive,
        Optional<String> said) {
    private static final int QUICK_CLIENTS = 64;
    private static final Workload QUICK = new Workload("64 quick clients", QUICK_CLIENTS, "/64k", null);
    /// A crowd that warms up is smaller, and leaves before anything is measured.
    static final Crowd.Size WARM = new Crowd.Size(500, false);

    static final int WARM_SECONDS = 4;

    private static final long LEAVE_MILLIS = 1_000;
    private static final int ALONE_SECONDS = 5;
    /// Until then all clients of a crowd have come and asked, and have been found slow.
    static final int COMING_SECONDS = 5;
    private static final double HONEST_RATE = 200;
    private static final long SAMPLE_MILLIS = 500;
    private static final double MIB = 1 << 20;
    /// What is grown by less is told as noise.
    private static final double GROWTH_SEEN = 0.05;
    private static final Pattern NO_MEMORY = Pattern.compile("(?m)^.*(?:OutOfMemoryError|OutOfDirectMemory).*$");

    /// One look at `/proc`.
    ///
    /// @param second since the crowd began to come
    /// @param residentBytes of the process, 0 when it is gone
    /// @param cpu seconds that it has used since its start
    record Sample(double second, long residentBytes, double cpu) {}

    /// How the honest client was served; latencies in microseconds.
    ///
    /// @param late99 the 99th percentile after everybody had come
    record Honest(long answered, long failed, double half, double most99, double most, double late99) {
        private static final Pattern TOLD =
                Pattern.compile("answered (\\d+) failed (\\d+) ([\\d.]+) ([\\d.]+) ([\\d.]+) ([\\d.]+)");

        static Honest of(String line) throws IOException {
            var found = TOLD.matcher(line);
            if (!found.matches()) throw new IOException("the honest client said " + line);
            return new Honest(
                    Long.parseLong(found.group(1)),
                    Long.parseLong(found.group(2)),
                    Double.parseDouble(found.group(3)),
                    Double.parseDouble(found.group(4)),
                    Double.parseDouble(found.group(5)),
                    Double.parseDouble(found.group(6)));
        }

        long asked() {
            return answered + failed;
        }

        /// Whether it got nearly all that it asked for.
        boolean isServed() {
            return answered * 100 >= asked() * 99;
        }
    }

    /// How long what is measured lasts.
    ///
    /// @param base of quick clients alone
    /// @param crowd while the crowd is there
    record Length(int base, int crowd) {}

    /// Measures one proxy, which is started for that.
    static SlowRun of(
            Contender contender, CrowdBehaviour kind, Crowd.Size size, int origin, Child honest, Length length)
            throws IOException, InterruptedException {
        Progress.tell("%s: %s, alone".formatted(kind.word(), contender.name()));
        try (var running = Running.start(contender, origin)) {
            Wrk.run(running.port(), QUICK, length.base());
            long base = running.usage().residentBytes();
            warmUp(running, kind, honest);
            ask(honest, running, ALONE_SECONDS);
            Honest alone = Honest.of(honest.hear());
            Progress.tell("%s: %s, with the crowd".formatted(kind.word(), contender.name()));
            ask(honest, running, length.crowd());
            try (var crowd = Crowd.start(running.port(), kind, size)) {
                var watched = watch(running, length.crowd());
                var state = crowd.state();
                return new SlowRun(
                        contender,
                        size.clients(),
                        length.crowd(),
                        length.base(),
                        base,
                        watched.samples(),
                        watched.kernelBytes(),
                        alone,
                        Honest.of(honest.hear()),
                        state,
                        running.isAlive(),
                        firstLack(running.said()));
            }
        }
    }

    // Why: else a JVM compiles on its only core what slow clients need, while it is measured.
    private static void warmUp(Running running, CrowdBehaviour kind, Child honest)
            throws IOException, InterruptedException {
        ask(honest, running, WARM_SECONDS);
        try (var crowd = Crowd.start(running.port(), kind, WARM)) {
            honest.hear();
            crowd.state();
        }
        Thread.sleep(LEAVE_MILLIS);
    }

    private static void ask(Child honest, Running running, int seconds) {
        honest.tell("%d %.1f %d %d"
                .formatted(running.port(), HONEST_RATE, seconds, seconds > COMING_SECONDS ? COMING_SECONDS : 0));
    }

    private record Watched(List<Sample> samples, long kernelBytes) {}

    private static Watched watch(Running running, int seconds) throws IOException, InterruptedException {
        var samples = new ArrayList<Sample>();
        long kernel = 0;
        long began = System.nanoTime();
        double second = 0;
        while (second < seconds) {
            samples.add(sample(running, second));
            kernel = Math.max(kernel, Usage.ofKernelSockets());
            Thread.sleep(SAMPLE_MILLIS);
            second = (double) (System.nanoTime() - began) / TimeUnit.SECONDS.toNanos(1);
        }
        samples.add(sample(running, second));
        return new Watched(samples, kernel);
    }

    private static Sample sample(Running running, double second) {
        try {
            Usage usage = running.usage();
            return new Sample(second, usage.residentBytes(), usage.cpu());
        } catch (IOException gone) {
            return new Sample(second, 0, 0);
        }
    }

    private static Optional<String> firstLack(String said) {
        return NO_MEMORY
                .matcher(said)
                .results()
                .findFirst()
                .map(found -> found.group().strip());
    }

    double baseMib() {
        return baseBytes / MIB;
    }

    /// The most that it took while the crowd was there.
    double mostMib() {
        return samples.stream().mapToLong(Sample::residentBytes).max().orElse(0) / MIB;
    }

    double kernelMib() {
        return kernelBytes / MIB;
    }

    /// Of one core, while the crowd was there.
    double cpuShare() {
        List<Sample> living =
                samples.stream().filter(one -> one.residentBytes() > 0).toList();
        if (living.size() < 2) return Double.NaN;
        Sample first = living.getFirst();
        Sample last = living.getLast();
        return (last.cpu() - first.cpu()) / (last.second() - first.second());
    }

    /// What became of it, in words: who died, who shed, who grew, who served.
    String verdict() {
        var words = new ArrayList<String>();
        if (!isAlive) words.add("**died** after %.0f s".formatted(diedAtSecond()));
        said.ifPresent(lack -> words.add("**out of memory** (`" + lack + "`)"));
        double grown = mostMib() - baseMib();
        if (grown > baseMib() * GROWTH_SEEN) words.add("**grew** by %.0f MiB".formatted(grown));
        int shed = crowd.refused() + crowd.cut();
        if (shed > 0) words.add("**shed** %,d of %,d slow clients".formatted(shed, clients));
        words.add(
                crowded.isServed()
                        ? "**served** the honest client"
                        : "**did not serve** the honest client: %,d of %,d requests failed"
                                .formatted(crowded.failed(), crowded.asked()));
        return String.join(", ", words);
    }

    private double diedAtSecond() {
        return samples.stream()
                .filter(one -> one.residentBytes() == 0)
                .findFirst()
                .map(Sample::second)
                .orElse((double) seconds);
    }
}
