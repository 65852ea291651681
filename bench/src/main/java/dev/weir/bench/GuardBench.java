package dev.weir.bench;

import dev.weir.bench.measure.Campaign;
import dev.weir.bench.measure.Figures;
import dev.weir.bench.measure.Options;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Running;
import dev.weir.bench.measure.Tables;
import dev.weir.bench.measure.Workload;
import java.nio.file.Path;
import java.util.List;

/// A short run that says whether a change made us slower: server beside the C server and Netty, gateway beside
/// HAProxy. Its limits leave room for a short run's noise; the figures themselves stand in the long benches.
final class GuardBench implements Bench {
    private static final int ROUNDS = 7;
    private static final int SECONDS = 2;
    private static final int WARM_UP_SECONDS = 12;
    private static final double NOISE = 0.04;
    private static final String AGAINST = "--against";
    private static final int AGAINST_ROUNDS = 15;
    static final Workload SERVED = new Workload("server, 64 connections", 64, "/", null);
    static final Workload FORWARDED = new Workload("gateway, 64 connections, tiny bodies", 64, "/", null);

    @Override
    public String name() {
        return "guard";
    }

    @Override
    public String purpose() {
        return "a short run against the C server, Netty and HAProxy that passes or fails " + Options.USAGE
                + "; or --against DIR beside another checkout";
    }

    private static boolean runAgainst(List<String> words) throws Exception {
        if (words.size() < 2) throw new Options.UnfitOptionException(AGAINST + " needs the folder of a checkout");
        Options options = Options.read(words.subList(2, words.size()), AGAINST_ROUNDS, SECONDS);
        return new AgainstPart(options, Path.of(words.get(1))).run();
    }

    @Override
    public boolean run(List<String> words) throws Exception {
        if (!words.isEmpty() && words.getFirst().equals(AGAINST)) return runAgainst(words);
        Options options = Options.read(words, ROUNDS, SECONDS);
        var settings = new Campaign.Settings(options.rounds(), options.seconds(), WARM_UP_SECONDS);
        var figures = new Figures();
        try (var origin = Running.startOrigin(Servers.C);
                var servers =
                        Campaign.start(List.of(Servers.WEIR_LOOP, Servers.C, Servers.NETTY_EPOLL), null, settings);
                var proxies = Campaign.start(List.of(Proxies.WEIR, Proxies.HAPROXY), origin, settings)) {
            servers.measure(List.of(SERVED));
            proxies.measure(List.of(FORWARDED));
            var loop = servers.of(Servers.WEIR_LOOP, SERVED);
            figures.atMost("loop handler / C epoll server", 1.10 + NOISE, loop, servers.of(Servers.C, SERVED));
            figures.atMost("loop handler / Netty epoll", 1.00 + NOISE, loop, servers.of(Servers.NETTY_EPOLL, SERVED));
            figures.atMost(
                    "gateway / HAProxy",
                    1.00 + NOISE,
                    proxies.of(Proxies.WEIR, FORWARDED),
                    proxies.of(Proxies.HAPROXY, FORWARDED));
            var page = Page.begin(
                    "Guard",
                    "./weir bench guard",
                    "A short run with ratios; each limit is the figure and 0.04 for noise.");
            figures.addTo(page);
            Tables.add(page, servers, SERVED, Servers.C);
            Tables.add(page, proxies, FORWARDED, Proxies.HAPROXY);
            page.keep(BenchFolders.result(name(), options.isDefault(ROUNDS, SECONDS)));
        }
        System.out.println(figures.areMet() ? "PASS" : "FAIL");
        return figures.areMet();
    }
}
