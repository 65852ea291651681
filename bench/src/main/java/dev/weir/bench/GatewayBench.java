package dev.weir.bench;

import dev.weir.bench.measure.Campaign;
import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Figures;
import dev.weir.bench.measure.Options;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Running;
import dev.weir.bench.measure.Tables;
import dev.weir.bench.measure.Workload;
import java.util.List;

/// Our gateway beside other proxies, in front of the same origin.
final class GatewayBench implements Bench {
    private static final int ROUNDS = 5;
    private static final int SECONDS = 2;
    private static final int WARM_UP_SECONDS = 8;
    private static final double BYTES_SHARE = 0.9;
    private static final Workload TINY = new Workload("tiny bodies (13 bytes)", 64, "/", null);
    private static final Workload MIDDLE = new Workload("64 KiB bodies", 64, "/64k", null);
    private static final Workload LARGE = new Workload("1 MiB bodies", 64, "/1m", null);
    private static final Workload LOGGED = new Workload("tiny bodies, access log to a file", 64, "/", null);

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public String purpose() {
        return "our gateway beside HAProxy, nginx and others: CPU a request, small and large bodies " + Options.USAGE;
    }

    @Override
    public boolean run(List<String> words) throws Exception {
        Options options = Options.read(words, ROUNDS, SECONDS);
        var settings = new Campaign.Settings(options.rounds(), options.seconds(), WARM_UP_SECONDS);
        try (var origin = Running.startOrigin(Servers.C);
                var quiet = Campaign.start(options.choose(Proxies.LARGE_BODIES), origin, settings);
                var logging = Campaign.start(logging(options), origin, settings)) {
            quiet.measure(List.of(TINY, MIDDLE, LARGE));
            quiet.count(TINY);
            if (options.only().isEmpty()) logging.measure(List.of(LOGGED));
            var page = Page.begin(
                    "A gateway beside others",
                    "./weir bench gateway",
                    "Proxy on one core; wrk with one thread and the origin (the C server of the bench) on the other; connections kept on both sides, 64 clients. "
                            + "All proxies take turns, " + options.rounds() + " rounds of " + options.seconds()
                            + " s; medians. The access log is off but in the last table. Weir is the program that `./weir run` starts.");
            Figures figures = figures(quiet);
            figures.addTo(page);
            for (Workload workload : List.of(TINY, MIDDLE, LARGE)) {
                Tables.add(page, quiet, workload, Proxies.HAPROXY);
            }
            if (options.only().isEmpty()) Tables.add(page, logging, LOGGED, Proxies.HAPROXY_WITH_LOG);
            Tables.addCounted(page, quiet, TINY);
            page.keep(BenchFolders.result(name(), options.isDefault(ROUNDS, SECONDS)));
            return figures.areMet();
        }
    }

    private static List<Contender> logging(Options options) {
        return options.only().isEmpty() ? Proxies.WITH_LOG : List.of();
    }

    private static Figures figures(Campaign campaign) {
        var figures = new Figures();
        var weir = campaign.of(Proxies.WEIR, TINY);
        figures.atMost("Weir / HAProxy, tiny bodies", 1.00, weir, campaign.of(Proxies.HAPROXY, TINY));
        figures.atMost("Weir / nginx, tiny bodies", 1.00, weir, campaign.of(Proxies.NGINX, TINY));
        figures.atMost(
                "Weir / HAProxy, 1 MiB bodies (0.9 of its bytes per CPU-second)",
                1 / BYTES_SHARE,
                campaign.of(Proxies.WEIR, LARGE),
                campaign.of(Proxies.HAPROXY, LARGE));
        figures.atMost(
                "Weir / HAProxy with 64 KiB buffers, 1 MiB bodies",
                1 / BYTES_SHARE,
                campaign.of(Proxies.WEIR, LARGE),
                campaign.of(Proxies.HAPROXY_LARGE, LARGE));
        return figures;
    }
}
