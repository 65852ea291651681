package dev.weir.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Measures contenders under workloads: all are started, warmed up one after another, and then take turns, so that what
/// drifts drifts for all. A round in which other processes took too much is thrown away and made again.
///
/// **Owns:** the contenders that it started, until [#close].
/// **Threads:** confined to the bench.
public final class Campaign implements AutoCloseable {
    private static final int AGAIN_MAX = 2;
    private static final int EXTRA_SECONDS = 1;

    private final Settings settings;
    private final @Nullable Running origin;
    private final List<Running> running = new ArrayList<>();
    private final List<Series> series = new ArrayList<>();
    private final Map<String, Extra> extras = new LinkedHashMap<>();
    private final List<String> absent = new ArrayList<>();

    private Campaign(Settings settings, @Nullable Running origin) {
        this.settings = settings;
        this.origin = origin;
    }

    /// How long and how often.
    ///
    /// @param rounds of each contender under each workload
    /// @param seconds of a round
    /// @param warmUpSeconds of a JVM under the first workload; other programs take one second
    public record Settings(int rounds, int seconds, int warmUpSeconds) {}

    /// Starts all contenders that this machine has.
    ///
    /// @param origin behind proxies, or null
    public static Campaign start(List<Contender> contenders, @Nullable Running origin, Settings settings)
            throws IOException, InterruptedException {
        var campaign = new Campaign(settings, origin);
        try {
            for (Contender contender : contenders) {
                Progress.tell("starting " + contender.name());
                campaign.startOne(contender);
            }
        } catch (InterruptedException | RuntimeException cannot) {
            campaign.close();
            throw cannot;
        }
        return campaign;
    }

    private void startOne(Contender contender) throws InterruptedException {
        try {
            running.add(Running.start(contender, origin == null ? 0 : origin.port()));
        } catch (IOException notHere) {
            absent.add(String.valueOf(notHere.getMessage()));
        }
    }

    /// Warms up and measures under each of these workloads, round by round.
    public void measure(List<Workload> workloads) throws IOException, InterruptedException {
        for (Running one : running) {
            Progress.tell("warming up " + one.contender().name());
            int seconds = one.contender().isJvm() ? settings.warmUpSeconds() : 1;
            Wrk.run(one.port(), workloads.getFirst(), seconds);
        }
        int first = series.size();
        for (Workload workload : workloads) {
            for (Running one : running) series.add(new Series(one.contender(), workload));
        }
        for (int round = 1; round <= settings.rounds(); round++) {
            int at = first;
            for (Workload workload : workloads) {
                for (Running one : running) {
                    Progress.tell("round %d of %d, %s: %s"
                            .formatted(
                                    round,
                                    settings.rounds(),
                                    workload.name(),
                                    one.contender().name()));
                    addRound(one, series.get(at++));
                }
            }
        }
        Progress.end();
    }

    private void addRound(Running one, Series into) throws IOException, InterruptedException {
        Round round = round(one, into.workload());
        for (int again = 0; again < AGAIN_MAX && round.isDisturbed(); again++) {
            into.threwAway();
            round = round(one, into.workload());
        }
        into.add(round);
    }

    private Round round(Running one, Workload workload) throws IOException, InterruptedException {
        Usage before = one.usage();
        double machine = Usage.ofMachine();
        double bench = Usage.ofBench() + originSeconds();
        double ended = Usage.ofEnded();
        long began = System.nanoTime();
        Wrk.Outcome load = Wrk.run(one.port(), workload, settings.seconds());
        double seconds = (double) (System.nanoTime() - began) / TimeUnit.SECONDS.toNanos(1);
        Usage used = one.usage().since(before);
        double loaded = Usage.ofEnded() - ended;
        double own = Usage.ofBench() + originSeconds() - bench + used.cpu();
        double others = (Usage.ofMachine() - machine - own) / seconds;
        return new Round(load, used, loaded / seconds, others);
    }

    private double originSeconds() throws IOException {
        return origin == null ? 0 : origin.usage().cpu();
    }

    /// Counts, in runs of their own, what counting would disturb.
    public void count(Workload workload) throws IOException, InterruptedException {
        for (Running one : running) {
            Progress.tell("counting allocations and system calls of "
                    + one.contender().name());
            extras.put(one.contender().name(), counted(one, workload));
        }
        Progress.end();
    }

    private static Extra counted(Running one, Workload workload) throws IOException, InterruptedException {
        OptionalDouble calls = SystemCalls.aRequest(one, workload);
        if (!one.contender().isJvm()) return new Extra(calls, OptionalDouble.empty(), OptionalDouble.empty());
        try (var jvm = JvmView.of(one)) {
            long collections = jvm.youngCollections();
            long bytes = jvm.allocatedBytes();
            Wrk.Outcome load = Wrk.run(one.port(), workload, EXTRA_SECONDS);
            double allocated = jvm.allocatedBytes() - bytes;
            double collected = jvm.youngCollections() - collections;
            return new Extra(
                    calls,
                    OptionalDouble.of(allocated / load.requests()),
                    OptionalDouble.of(collected / load.seconds()));
        } catch (IOException refused) {
            return new Extra(calls, OptionalDouble.empty(), OptionalDouble.empty());
        }
    }

    /// What a contender did under a workload, or nothing when it could not be started.
    public Optional<Series> of(Contender contender, Workload workload) {
        return series.stream()
                .filter(one ->
                        one.contender().equals(contender) && one.workload().equals(workload))
                .findFirst();
    }

    /// All series under a workload, in the order of the contenders.
    public List<Series> under(Workload workload) {
        return series.stream().filter(one -> one.workload().equals(workload)).toList();
    }

    Extra extra(String contender) {
        return extras.getOrDefault(contender, Extra.NONE);
    }

    /// All contenders that could be started.
    public List<Running> running() {
        return List.copyOf(running);
    }

    /// Why contenders are missing, one line each.
    public List<String> absent() {
        return List.copyOf(absent);
    }

    @Override
    public void close() throws IOException {
        Progress.tell("ending");
        // Why: all are asked first, so that they end at the same time.
        for (Running one : running) one.askToEnd();
        for (Running one : running) one.close();
        Progress.end();
    }
}
