package dev.weir.bench;

import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Contender.Command;
import dev.weir.bench.peer.NettyProxy;
import dev.weir.bench.peer.ReactorProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The proxies that are measured while memory is short: those of the JVM with the same heap, all of which is
/// touched at the start.
final class MemoryProxies {
    /// Weir's budget.
    static final long BUDGET_BYTES = 11L << 20;

    private static final List<String> HEAP = List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch");
    private static final int CONNECTIONS = 2_100;

    static final Contender WEIR = weirWithDefaultPool();

    private static final Contender NETTY =
            peer("Netty", NettyProxy.class, () -> "Netty " + BenchFolders.versionOf("netty-common"));

    /// Those in front of which slow readers are put, in the order of tables.
    static final List<Contender> USUAL = List.of(
            WEIR,
            NETTY,
            peer(
                    "reactor-netty",
                    ReactorProxy.class,
                    () -> "reactor-netty " + BenchFolders.versionOf("reactor-netty-http") + " on Netty "
                            + BenchFolders.versionOf("netty-common")),
            Proxies.HAPROXY);

    /// Those that every crowd is put in front of.
    static final List<Contender> FEW = List.of(WEIR, NETTY);

    /// All, and what is measured only when it is named: what a peer would take that had more room.
    static final List<Contender> ALL = Stream.concat(
                    USUAL.stream(),
                    Stream.of(peer(
                            "Netty-512m",
                            NettyProxy.class,
                            () -> "Netty " + BenchFolders.versionOf("netty-common")
                                    + " with `-XX:MaxDirectMemorySize=512m`",
                            "-XX:MaxDirectMemorySize=512m")))
            .toList();

    /// How each is set up, and by which document.
    static final List<String> SETTINGS = List.of(
            "all JVMs: `" + String.join(" ", HEAP) + " -XX:+UseSerialGC`, one event loop",
            "weir: `memory: 11MiB`, room for 2 100 clients, whose charges take 10 of them; the pool as by default, long time-outs: `bench/peers/weir-proxy-memory.yaml`",
            "Netty: as its example HexDumpProxy (`AUTO_READ` off, `read()` when the write is done), with its HTTP codecs;"
                    + " write-buffer water marks (32 and 64 KiB), allocator and direct memory (`io.netty.maxDirectMemory`, by default as much as `-Xmx`) as by default."
                    + " <https://netty.io/4.2/xref/io/netty/example/proxy/HexDumpProxyFrontendHandler.html>,"
                    + " <https://netty.io/4.2/api/io/netty/channel/WriteBufferWaterMark.html>",
            "reactor-netty: bodies handed on as publishers in both directions, so that demand alone moves bytes; everything else as by"
                    + " default, direct memory as for Netty. <https://projectreactor.io/docs/netty/release/reference/http-server.html>",
            "HAProxy: `bench/peers/haproxy-proxy.cfg`, buffers of 16 KiB as by default, 2 for each stream at most; no limit but that."
                    + " <https://docs.haproxy.org/2.6/configuration.html#3.2-tune.bufsize>");

    private MemoryProxies() {}

    private static Contender weirWithDefaultPool() {
        Command command = place -> Jvm.gateway(HEAP, "run", config(place, BUDGET_BYTES, CONNECTIONS, ""));
        return new Contender("weir", true, command, () -> "Weir " + BenchFolders.ownVersion());
    }

    /// The gateway with a budget, and a connection to the origin for every client.
    static Contender weir(String name, long budgetBytes, int connections, List<String> options) {
        Command command = place -> Jvm.gateway(options, "run", config(place, budgetBytes, connections));
        return new Contender(name, true, command, () -> "Weir " + BenchFolders.ownVersion());
    }

    /// Its configuration.
    static Path config(Contender.Place place, long budgetBytes, int connections) throws IOException {
        return config(place, budgetBytes, connections, "pool: { connections: " + connections + ", waiting: 0 }");
    }

    private static Path config(Contender.Place place, long budgetBytes, int connections, String pool)
            throws IOException {
        long kib = (budgetBytes + 1_023) / 1_024;
        return Template.fill(
                "weir-proxy-memory.yaml",
                place,
                text -> text.replace("${MEMORY}", kib + "KiB")
                        .replace("${CONNECTIONS}", String.valueOf(connections))
                        .replace("${POOL}", pool));
    }

    private static Contender peer(String name, Class<?> main, Contender.Version version, String... more) {
        var options = new ArrayList<>(HEAP);
        options.addAll(Servers.NATIVE);
        options.addAll(List.of(more));
        return new Contender(name, true, place -> Jvm.peer(main, options, place.port(), place.origin()), version);
    }
}
