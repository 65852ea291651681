package dev.weir.bench;

import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Figures;
import dev.weir.bench.measure.JvmView;
import dev.weir.bench.measure.Options;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Progress;
import dev.weir.bench.measure.Running;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/// What a kept connection costs while nothing happens on it.
final class IdleBench implements Bench {
    private static final int CONNECTIONS = 9_500;
    private static final double KIB = 1_024;
    private static final double HEAP_MAX_KIB = 1.5;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String purpose() {
        return "heap and resident memory of an idle kept connection, ours and others' [--only NAME,NAME...]";
    }

    /// @param heapKib heap after collections for each connection, of a JVM
    /// @param residentKib for each connection
    /// @param open connections that were still open at the end
    /// @param heldBytes of buffers more than without them, where the program tells
    private record Footprint(
            Contender contender, OptionalDouble heapKib, double residentKib, int open, OptionalDouble heldBytes) {
        boolean isOurs() {
            return Servers.isOurs(contender) || contender.equals(Proxies.WEIR);
        }
    }

    @Override
    public boolean run(List<String> words) throws Exception {
        Options options = Options.read(words, 1, 1);
        var all = new ArrayList<>(Servers.ALL);
        all.addAll(Proxies.ALL);
        List<Footprint> footprints = new ArrayList<>();
        List<String> absent = new ArrayList<>();
        try (var origin = Running.startOrigin(Servers.C);
                var load = Child.startLoad(IdleLoad.class)) {
            for (Contender contender : options.choose(all)) {
                Progress.tell("measuring " + contender.name());
                try (var running = Running.start(contender, origin.port())) {
                    footprints.add(measure(running, load));
                } catch (IOException cannot) {
                    absent.add(String.valueOf(cannot.getMessage()));
                }
            }
        }
        Progress.end();
        var page = page(footprints, absent);
        Figures figures = figures(footprints);
        figures.addTo(page);
        page.keep(BenchFolders.result(name(), options.isDefault(1, 1)));
        return figures.areMet();
    }

    private static Footprint measure(Running running, Child load) throws IOException, InterruptedException {
        open(load, running, 1);
        if (!running.contender().isJvm()) {
            long before = running.usage().residentBytes();
            open(load, running, CONNECTIONS);
            long after = running.usage().residentBytes();
            return new Footprint(
                    running.contender(),
                    OptionalDouble.empty(),
                    each(before, after),
                    stillOpen(load),
                    OptionalDouble.empty());
        }
        try (var jvm = JvmView.of(running)) {
            OptionalDouble heldBefore = held(running);
            long heapBefore = jvm.heapBytes();
            long before = running.usage().residentBytes();
            open(load, running, CONNECTIONS);
            long after = running.usage().residentBytes();
            long heapAfter = jvm.heapBytes();
            return new Footprint(
                    running.contender(),
                    OptionalDouble.of(each(heapBefore, heapAfter)),
                    each(before, after),
                    stillOpen(load),
                    since(heldBefore, held(running)));
        }
    }

    private static OptionalDouble since(OptionalDouble before, OptionalDouble after) {
        return before.isEmpty() ? before : OptionalDouble.of(after.orElseThrow() - before.getAsDouble());
    }

    // Only our gateway tells, on its admin page; the scratch blocks of its loops are among it, connections or not.
    private static OptionalDouble held(Running running) throws IOException, InterruptedException {
        if (!running.contender().equals(Proxies.WEIR)) return OptionalDouble.empty();
        return OptionalDouble.of((double) GatewayMetricsReader.heldBytes(GatewayMetricsReader.adminPort(running)));
    }

    private static double each(long before, long after) {
        return (after - before) / KIB / CONNECTIONS;
    }

    private static int stillOpen(Child load) throws IOException {
        load.tell("alive");
        return Integer.parseInt(load.hear());
    }

    private static void open(Child load, Running running, int count) throws IOException {
        load.tell(running.port() + " " + count);
        String line = load.hear();
        if (!line.equals("open " + count)) {
            throw new IOException(running.contender().name() + ": the load said " + line);
        }
    }

    private static Page page(List<Footprint> footprints, List<String> absent) throws IOException {
        var page = Page.begin(
                "Idle connections",
                "./weir bench idle",
                "%,d connections from another process, each with one request and its answer, then kept. Heap: after collections, for each connection; RSS: what the process grew by, which holds what the requests left uncollected."
                        .formatted(CONNECTIONS));
        var rows = new ArrayList<List<String>>();
        for (Footprint one : footprints) {
            rows.add(List.of(
                    one.contender().name(),
                    kib(one.heapKib()),
                    kib(OptionalDouble.of(one.residentKib())),
                    "%,d".formatted(one.open())));
        }
        page.table(List.of("", "heap KiB/connection", "RSS KiB/connection", "still open at the end"), rows);
        page.list(absent.stream().map(why -> "not measured: " + why).toList());
        return page;
    }

    private static String kib(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.2f", value.getAsDouble()) : "-";
    }

    private static Figures figures(List<Footprint> footprints) {
        double bestPeer = footprints.stream()
                .filter(one -> !one.isOurs() && one.heapKib().isPresent())
                .mapToDouble(one -> one.heapKib().getAsDouble())
                .min()
                .orElse(Double.NaN);
        var figures = new Figures();
        for (Footprint ours : footprints) {
            if (!ours.isOurs() || ours.heapKib().isEmpty()) continue;
            double heap = ours.heapKib().getAsDouble();
            figures.atMost(ours.contender().name() + ", KiB of heap", HEAP_MAX_KIB, heap);
            ours.heldBytes()
                    .ifPresent(held ->
                            figures.atMost(ours.contender().name() + ", bytes of buffers held by them", 0, held));
            figures.atMost(ours.contender().name() + ", KiB of heap, the best Java peer's", bestPeer, heap);
        }
        return figures;
    }
}
