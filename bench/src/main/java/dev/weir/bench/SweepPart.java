package dev.weir.bench;

import dev.weir.bench.measure.Chart;
import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Figures;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Progress;
import dev.weir.bench.measure.Running;
import dev.weir.bench.measure.Series.Spread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// What the gateway forwards when its budget is a small part of what it would take.
final class SweepPart implements MemoryPart {
    private static final List<Integer> SHARES = List.of(100, 50, 20, 10, 5);
    private static final int CLIENTS = 1_000;
    private static final int CONNECTIONS = 1_040;
    private static final long UNLIMITED_BYTES = 512L << 20;
    private static final int ROUNDS = 3;
    private static final int SECONDS = 1;
    /// Meanwhile fills what the kernel takes for slow clients.
    private static final long RAMP_MILLIS = 2_000;
    private static final int PEAK_BLOCKS_LEAST = 500;
    private static final int SHARE_LEAST = 10;
    private static final double RATIO_LEAST = 0.9;
    private static final int LEAST_REQUESTS = 1_500;
    private static final int LEAST_SECONDS_MOST = 30;
    private static final int RESERVE_LEAST = 3;
    private static final long LEAST_BLOCKS = RESERVE_LEAST + 1;
    private static final double MIB = 1 << 20;
    private static final int PORTION = 8 << 10;
    private static final int PACE_MILLIS = 50;
    // Why: the kernel takes a whole MiB, and then the gateway would be idle while it is measured.
    private static final FastClients.Asking ENDLESS = new FastClients.Asking(CLIENTS, "/50m", PORTION, PACE_MILLIS);
    private static final FastClients.Asking TO_BE_FINISHED =
            new FastClients.Asking(CLIENTS, "/1m", PORTION, PACE_MILLIS);

    @Override
    public String name() {
        return "sweep";
    }

    /// A gateway with a budget, and what it forwarded in each round.
    ///
    /// @param share of the natural need in percent, 0 for without limit
    /// @param cpu its CPU milliseconds for each MiB
    private record Budgeted(int share, Running running, List<Double> mibs, List<Double> cpu, List<Long> failed) {
        Budgeted(int share, Running running) {
            this(share, running, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        void forget() {
            mibs.clear();
            cpu.clear();
            failed.clear();
        }

        void round(int seconds) throws IOException, InterruptedException {
            try (var eager = FastClients.start(running.port(), ENDLESS, 0)) {
                Thread.sleep(RAMP_MILLIS);
                FastClients.State before = eager.state();
                double cpuBefore = running.usage().cpu();
                long began = System.nanoTime();
                Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
                FastClients.State after = eager.state();
                double took = (double) (System.nanoTime() - began) / TimeUnit.SECONDS.toNanos(1);
                double moved = (after.bytes() - before.bytes()) / MIB;
                mibs.add(moved / took);
                cpu.add((running.usage().cpu() - cpuBefore) * TimeUnit.SECONDS.toMillis(1) / moved);
                failed.add(after.failed());
            }
        }

        Spread ratioTo(Budgeted other) {
            var ratios = new ArrayList<Double>();
            for (int i = 0; i < mibs.size(); i++) ratios.add(mibs.get(i) / other.mibs.get(i));
            return Spread.of(ratios);
        }

        long failures() {
            return failed.stream().mapToLong(Long::longValue).sum();
        }
    }

    @Override
    public boolean run(MemoryOptions options) throws Exception {
        int seconds = options.secondsOr(SECONDS);
        var plan = BudgetPlan.of(UNLIMITED_BYTES, CONNECTIONS);
        long base = plan.baseBytes();
        var all = new ArrayList<Budgeted>();
        try (var origin = Running.startOrigin(Programs.ethernetOrigin())) {
            Progress.tell("sweep: without a limit");
            var unlimited = new Budgeted(0, start(UNLIMITED_BYTES, origin));
            all.add(unlimited);
            unlimited.round(seconds);
            unlimited.round(seconds);
            long need = BudgetMetrics.of(unlimited.running()).peakBytes() - plan.fixedBytes();
            for (int share : SHARES) {
                long blocks = Math.max(need * share / 100, LEAST_BLOCKS * BudgetPlan.BLOCK_BYTES);
                all.add(new Budgeted(share, start(base + blocks, origin)));
            }
            rounds(all, seconds);
            var least = least(base, origin);
            Progress.end();
            return write(options, all, need, least);
        } finally {
            for (Budgeted one : all) one.running().close();
        }
    }

    private static Running start(long budgetBytes, Running origin) throws IOException, InterruptedException {
        return Running.start(gateway(budgetBytes), origin.port());
    }

    private static Contender gateway(long budgetBytes) {
        return MemoryProxies.weir("weir " + budgetBytes, budgetBytes, CONNECTIONS, List.of());
    }

    private static void rounds(List<Budgeted> all, int seconds) throws IOException, InterruptedException {
        for (Budgeted one : all) {
            one.round(seconds);
            one.forget();
        }
        for (int round = 1; round <= ROUNDS; round++) {
            for (Budgeted one : all) {
                Progress.tell("sweep: round %d of %d, %d %%".formatted(round, ROUNDS, one.share()));
                one.round(seconds);
            }
        }
    }

    /// What came of a number of requests with the least budget there can be.
    ///
    /// @param blocks of the usual size, the reserve among them
    private record Least(int blocks, FastClients.State state, double seconds) {
        boolean isFinished() {
            return state.answered() == LEAST_REQUESTS;
        }
    }

    private static Least least(long base, Running origin) throws IOException, InterruptedException {
        long budget = base + LEAST_BLOCKS * BudgetPlan.BLOCK_BYTES;
        BudgetPlan plan = BudgetPlan.of(budget, CONNECTIONS);
        Progress.tell("sweep: reserve + 1 block");
        try (var running = start(budget, origin);
                var eager = FastClients.start(running.port(), TO_BE_FINISHED, LEAST_REQUESTS)) {
            long began = System.nanoTime();
            double took = 0;
            FastClients.State state = eager.state();
            while (state.answered() + state.failed() < LEAST_REQUESTS && took < LEAST_SECONDS_MOST) {
                Thread.sleep(TimeUnit.SECONDS.toMillis(1));
                state = eager.state();
                took = (double) (System.nanoTime() - began) / TimeUnit.SECONDS.toNanos(1);
            }
            return new Least(plan.blocks(), state, took);
        }
    }

    private boolean write(MemoryOptions options, List<Budgeted> all, long need, Least least)
            throws IOException, InterruptedException {
        long blocks = need / BudgetPlan.BLOCK_BYTES;
        var page = Page.beginPart(
                "A budget that is a part of the need",
                options.command(name()),
                "%,d clients ask for 50 MiB each and read 8 KiB of it twenty times a second, which is 156 MiB/s for all together; the kernel's buffers, which fill in the 2 s before each measurement, stand between them and the gateway; one gateway for each budget, all started at once, %d rounds of %d s that interleave them. The natural need is the most that an unlimited one had out at once: %,d KiB, as much as %,d blocks of the usual size. Ratios are taken within a round, to the unlimited one."
                        .formatted(CLIENTS, ROUNDS, options.secondsOr(SECONDS), need / 1_024, blocks));
        Budgeted unlimited = all.getFirst();
        var figures = new Figures();
        figures.atLeast("blocks of natural need", PEAK_BLOCKS_LEAST, (double) blocks);
        for (Budgeted one : all) {
            if (one.share() < SHARE_LEAST) continue;
            figures.atLeast(
                    "throughput at %d %% of the need".formatted(one.share()),
                    RATIO_LEAST,
                    one.ratioTo(unlimited).median());
        }
        figures.atLeast(
                "of %,d requests, finished with reserve + 1 block".formatted(LEAST_REQUESTS), LEAST_REQUESTS, (double)
                        least.state().answered());
        figures.addTo(page);
        page.table(
                List.of(
                        "budget for blocks",
                        "MiB/s (least to most)",
                        "ratio (least to most)",
                        "CPU, ms for each MiB (least to most)",
                        "failed",
                        "waits, grants, given up"),
                rows(all));
        page.paragraph(
                "With %d blocks, the reserve of %d and one more: %,d of %,d requests for 1 MiB answered, %,d failed, in %.0f s."
                        .formatted(
                                least.blocks(),
                                RESERVE_LEAST,
                                least.state().answered(),
                                LEAST_REQUESTS,
                                least.state().failed(),
                                least.seconds()));
        var chart = new Chart("Throughput, of the unlimited one's", "budget for blocks, % of the natural need");
        chart.line(
                "weir",
                all.stream()
                        .filter(one -> one.share() > 0)
                        .map(one -> new Chart.Point(
                                one.share(), one.ratioTo(unlimited).median()))
                        .toList());
        chart.keep(options.picture(name()));
        page.picture("Throughput over the budget", options.picture(name()));
        options.keep(page);
        return figures.areMet() && least.isFinished();
    }

    private static List<List<String>> rows(List<Budgeted> all) throws IOException, InterruptedException {
        var rows = new ArrayList<List<String>>();
        for (Budgeted one : all) {
            var told = BudgetMetrics.of(one.running());
            rows.add(List.of(
                    one.share() == 0 ? "without limit" : one.share() + " %",
                    spread("%.0f", Spread.of(one.mibs())),
                    spread("%.2f", one.ratioTo(all.getFirst())),
                    spread("%.2f", Spread.of(one.cpu())),
                    "%,d".formatted(one.failures()),
                    "%,d, %,d, %,d".formatted(told.waits(), told.grants(), told.gaveUp())));
        }
        return rows;
    }

    private static String spread(String number, Spread spread) {
        return String.format(
                Locale.ROOT,
                number + " (" + number + " to " + number + ")",
                spread.median(),
                spread.least(),
                spread.most());
    }
}
