package dev.weir.bench;

import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Contender.Command;
import dev.weir.bench.measure.Contender.Version;
import dev.weir.bench.peer.ActivejHello;
import dev.weir.bench.peer.HelidonHello;
import dev.weir.bench.peer.JdkHello;
import dev.weir.bench.peer.JettyHello;
import dev.weir.bench.peer.MicrohttpHello;
import dev.weir.bench.peer.NettyHello;
import dev.weir.bench.peer.RobahoHello;
import dev.weir.bench.peer.UndertowHello;
import dev.weir.bench.peer.VertxHello;
import dev.weir.bench.peer.WeirBlocking;
import dev.weir.bench.peer.WeirLoop;
import java.io.IOException;
import java.util.List;

/// The servers that answer every GET with the same thirteen bytes, ours first.
final class Servers {
    static final List<String> NATIVE = List.of("--enable-native-access=ALL-UNNAMED");
    private static final List<String> ROBAHO = List.of(
            "-Drobaho.net.httpserver.nodelay=true",
            "-Drobaho.net.httpserver.maxIdleConnections=20000",
            "-Drobaho.net.httpserver.idleInterval=600");
    private static final List<String> JDK = List.of(
            "-Dsun.net.httpserver.nodelay=true",
            "-Dsun.net.httpserver.maxIdleConnections=20000",
            "-Dsun.net.httpserver.idleInterval=600");

    // Why: Helidon refuses what the bench's questions to its JVM are made of.
    private static final List<String> HELIDON_FILTER = List.of("-Dhelidon.serialFilter.pattern=*");

    static final Contender WEIR_LOOP = ours("weir-loop", WeirLoop.class);
    static final Contender WEIR_BLOCKING = ours("weir-blocking", WeirBlocking.class);
    static final Contender C = Programs.c();
    static final Contender HAPROXY = Programs.haproxy("HAProxy", "haproxy-server.cfg");
    static final Contender NETTY_NIO = netty("nio");
    static final Contender NETTY_EPOLL = netty("epoll");
    static final Contender NETTY_IO_URING = netty("io_uring");
    static final Contender HELIDON = peer(
            "Helidon",
            HelidonHello.class,
            HELIDON_FILTER,
            () -> "Helidon SE " + BenchFolders.versionOf("helidon-webserver"));

    /// All of them, in the order of tables.
    static final List<Contender> ALL = List.of(
            WEIR_LOOP,
            WEIR_BLOCKING,
            C,
            Programs.nginx("nginx", "nginx-server.conf"),
            HAPROXY,
            Programs.h2o("h2o", "h2o-server.conf"),
            NETTY_NIO,
            NETTY_EPOLL,
            NETTY_IO_URING,
            peer("Vert.x", VertxHello.class, NATIVE, Servers::vertxVersion),
            peer(
                    "Undertow",
                    UndertowHello.class,
                    List.of(),
                    () -> "Undertow " + BenchFolders.versionOf("undertow-core")),
            peer("Jetty", JettyHello.class, List.of(), () -> "Jetty " + BenchFolders.versionOf("jetty-server")),
            HELIDON,
            peer(
                    "microhttp",
                    MicrohttpHello.class,
                    List.of(),
                    () -> "microhttp " + BenchFolders.versionOf("microhttp")),
            peer("ActiveJ", ActivejHello.class, List.of(), () -> "ActiveJ " + BenchFolders.versionOf("activej-http")),
            peer(
                    "robaho",
                    RobahoHello.class,
                    ROBAHO,
                    () -> "robaho httpserver " + BenchFolders.versionOf("httpserver")),
            new Contender(
                    "JDK",
                    true,
                    place -> Jvm.bare(JdkHello.class, JDK, place.port()),
                    () -> "JDK " + Runtime.version()));

    private Servers() {}

    /// Whether it is Weir.
    static boolean isOurs(Contender contender) {
        return contender.equals(WEIR_LOOP) || contender.equals(WEIR_BLOCKING);
    }

    static String vertxVersion() throws IOException {
        return "Vert.x %s on Netty %s"
                .formatted(BenchFolders.versionOf("vertx-core"), BenchFolders.versionOf("netty-common"));
    }

    private static Contender ours(String name, Class<?> main) {
        return new Contender(
                name, true, place -> Jvm.weir(main, place.port()), () -> "Weir " + BenchFolders.ownVersion());
    }

    private static Contender netty(String kind) {
        Command command = place -> Jvm.peer(NettyHello.class, NATIVE, place.port(), kind);
        return new Contender("Netty " + kind, true, command, () -> "Netty " + BenchFolders.versionOf("netty-common"));
    }

    private static Contender peer(String name, Class<?> main, List<String> options, Version version) {
        return new Contender(name, true, place -> Jvm.peer(main, options, place.port()), version);
    }
}
