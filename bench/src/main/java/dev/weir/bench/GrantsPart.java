package dev.weir.bench;

import dev.weir.bench.measure.Figures;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Progress;
import dev.weir.bench.measure.Running;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How many wake-ups it takes to give memory to those who wait for it.
final class GrantsPart implements MemoryPart {
    private static final long REQUESTS = 1_000_000;
    private static final int CLIENTS = 1_000;
    private static final int CONNECTIONS = 1_040;
    private static final int BLOCKS = 24;
    private static final int SECONDS_MOST = 120;
    private static final long LOOK_MILLIS = 200;
    private static final double GRANTS_MAX = 1.2;
    private static final long UNLIMITED_BYTES = 512L << 20;
    private static final FastClients.Asking ASKING = new FastClients.Asking(CLIENTS, "/64k", 64 << 10, 0);

    @Override
    public String name() {
        return "grants";
    }

    @Override
    public boolean run(MemoryOptions options) throws Exception {
        long base = BudgetPlan.of(UNLIMITED_BYTES, CONNECTIONS).baseBytes();
        long budget = base + (long) BLOCKS * BudgetPlan.BLOCK_BYTES;
        var plan = BudgetPlan.of(budget, CONNECTIONS);
        var gateway = MemoryProxies.weir("weir", budget, CONNECTIONS, List.of());
        try (var origin = Running.startOrigin(Programs.ethernetOrigin());
                var running = Running.start(gateway, origin.port())) {
            BudgetMetrics before = BudgetMetrics.of(running);
            long began = System.nanoTime();
            FastClients.State state = ask(running, options.secondsOr(SECONDS_MOST), began);
            double seconds = (double) (System.nanoTime() - began) / TimeUnit.SECONDS.toNanos(1);
            BudgetMetrics told = BudgetMetrics.of(running).since(before);
            Progress.end();
            return write(options, plan, state, told, seconds);
        }
    }

    private static FastClients.State ask(Running running, int secondsMost, long began)
            throws IOException, InterruptedException {
        try (var eager = FastClients.start(running.port(), ASKING, REQUESTS)) {
            FastClients.State state = eager.state();
            while (state.answered() + state.failed() < REQUESTS
                    && System.nanoTime() - began < TimeUnit.SECONDS.toNanos(secondsMost)) {
                Thread.sleep(LOOK_MILLIS);
                state = eager.state();
                Progress.tell("grants: %,d of %,d requests".formatted(state.answered(), REQUESTS));
            }
            return state;
        }
    }

    private boolean write(
            MemoryOptions options, BudgetPlan plan, FastClients.State state, BudgetMetrics told, double seconds)
            throws IOException {
        var page = Page.beginPart(
                "Grants under shortage",
                options.command(name()),
                "%,d clients ask for 64 KiB each, read as fast as they can and ask again, until %,d requests are answered or %d s are over; the budget has %d blocks, %d of them the reserve. A needed block is a wait of a request that ended; a wake-up is a grant."
                        .formatted(
                                CLIENTS,
                                REQUESTS,
                                options.secondsOr(SECONDS_MOST),
                                plan.blocks(),
                                plan.reserveBlocks()));
        double ratio = (double) told.grants() / Math.max(1, told.waits());
        var figures = new Figures();
        figures.atMost("grants for each needed block", GRANTS_MAX, ratio);
        figures.atLeast("requests answered", (double) REQUESTS, (double) state.answered());
        figures.addTo(page);
        page.table(
                List.of("requests answered", "failed", "s", "requests that waited", "grants", "given up"),
                List.of(List.of(
                        "%,d".formatted(state.answered()),
                        "%,d".formatted(state.failed()),
                        "%.0f".formatted(seconds),
                        "%,d".formatted(told.waits()),
                        "%,d".formatted(told.grants()),
                        "%,d".formatted(told.gaveUp()))));
        options.keep(page);
        return figures.areMet();
    }
}
