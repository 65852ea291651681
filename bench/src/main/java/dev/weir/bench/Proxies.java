package dev.weir.bench;

import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Contender.Command;
import dev.weir.bench.peer.VertxProxy;
import java.util.List;
import java.util.stream.Stream;

/// The reverse proxies, ours first: it is the gateway that users run.
final class Proxies {
    static final Contender WEIR = ours("weir", "weir-proxy.yaml");
    static final Contender HAPROXY = Programs.haproxy("HAProxy", "haproxy-proxy.cfg");
    static final Contender HAPROXY_LARGE = Programs.haproxy("HAProxy 64 KiB buffers", "haproxy-proxy-large.cfg");
    static final Contender NGINX = Programs.nginx("nginx", "nginx-proxy.conf");

    static final Contender HAPROXY_WITH_LOG = Programs.haproxyWithLog("HAProxy log", "haproxy-proxy-log.cfg");

    /// Those that write no log, in the order of tables.
    static final List<Contender> ALL = List.of(WEIR, HAPROXY, NGINX, Programs.h2o("h2o", "h2o-proxy.conf"), vertx());

    /// Those for large bodies: HAProxy also with buffers that suit them.
    static final List<Contender> LARGE_BODIES =
            Stream.concat(ALL.stream(), Stream.of(HAPROXY_LARGE)).toList();

    /// Those that can, with a line of their usual log for each request in a file.
    static final List<Contender> WITH_LOG = List.of(
            ours("weir log", "weir-proxy-log.yaml"),
            HAPROXY_WITH_LOG,
            Programs.nginx("nginx log", "nginx-proxy-log.conf"),
            Programs.h2o("h2o log", "h2o-proxy-log.conf"));

    private Proxies() {}

    private static Contender ours(String name, String template) {
        Command command = place -> Jvm.gateway(Template.fill(template, place));
        return new Contender(name, true, command, () -> "Weir " + BenchFolders.ownVersion());
    }

    private static Contender vertx() {
        Command command = place -> Jvm.peer(VertxProxy.class, Servers.NATIVE, place.port(), place.origin());
        return new Contender("Vert.x", true, command, Servers::vertxVersion);
    }
}
