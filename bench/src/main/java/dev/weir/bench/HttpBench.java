package dev.weir.bench;

import dev.weir.bench.measure.Campaign;
import dev.weir.bench.measure.Figures;
import dev.weir.bench.measure.Options;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Series;
import dev.weir.bench.measure.Tables;
import dev.weir.bench.measure.Workload;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Our server beside those of others: "Hello, World!" over kept connections, one core each for server and load.
final class HttpBench implements Bench {
    private static final int ROUNDS = 3;
    private static final int SECONDS = 2;
    private static final int WARM_UP_SECONDS = 4;
    private static final Workload FEW = new Workload("64 connections", 64, "/", null);
    private static final Workload MANY = new Workload("256 connections", 256, "/", null);
    private static final Workload PIPELINED =
            new Workload("64 connections, 16 requests pipelined", 64, "/", BenchFolders.load("pipeline.lua"));

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String purpose() {
        return "our HTTP server beside those of others: CPU a request, requests/s, latency " + Options.USAGE;
    }

    @Override
    public boolean run(List<String> words) throws Exception {
        Options options = Options.read(words, ROUNDS, SECONDS);
        var settings = new Campaign.Settings(options.rounds(), options.seconds(), WARM_UP_SECONDS);
        try (var campaign = Campaign.start(options.choose(Servers.ALL), null, settings)) {
            campaign.measure(List.of(FEW, MANY, PIPELINED));
            campaign.count(FEW);
            var page = Page.begin(
                    "An HTTP server beside others",
                    "./weir bench http",
                    "\"Hello, World!\" over kept connections. Server on one core, wrk with one thread on the other; all servers take turns, "
                            + options.rounds() + " rounds of " + options.seconds()
                            + " s; medians. CPU a request is the server's user and system time divided by the requests: the figure that"
                            + " matters, because the load generator is the limit of most. The kernel's share is about the same for all.");
            Figures figures = figures(campaign);
            figures.addTo(page);
            for (Workload workload : List.of(FEW, MANY, PIPELINED)) {
                Tables.add(page, campaign, workload, Servers.C);
            }
            Tables.addCounted(page, campaign, FEW);
            page.keep(BenchFolders.result(name(), options.isDefault(ROUNDS, SECONDS)));
            return figures.areMet();
        }
    }

    private static Figures figures(Campaign campaign) {
        var figures = new Figures();
        var loop = campaign.of(Servers.WEIR_LOOP, FEW);
        figures.atMost("loop handler / C epoll server, 64 connections", 1.10, loop, campaign.of(Servers.C, FEW));
        figures.atMost("loop handler / best Java peer, 64 connections", 1.00, loop, bestPeer(campaign, FEW, ""));
        figures.atMost(
                "loop handler / best Netty, pipelined",
                0.70,
                campaign.of(Servers.WEIR_LOOP, PIPELINED),
                bestPeer(campaign, PIPELINED, "Netty"));
        figures.atMost(
                "blocking handler / Helidon, 64 connections",
                1.00,
                campaign.of(Servers.WEIR_BLOCKING, FEW),
                campaign.of(Servers.HELIDON, FEW));
        return figures;
    }

    // The Java peer that needs the least CPU a request.
    private static Optional<Series> bestPeer(Campaign campaign, Workload workload, String prefix) {
        return campaign.under(workload).stream()
                .filter(series -> series.isValid() && series.contender().isJvm())
                .filter(series -> !Servers.isOurs(series.contender()))
                .filter(series -> series.contender().name().startsWith(prefix))
                .min(Comparator.comparingDouble(Series::cpu));
    }
}
