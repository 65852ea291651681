package dev.weir.gateway.tcp;

import dev.weir.connection.Connections;
import dev.weir.pool.Origin;
import dev.weir.pool.PoolLimits;
import dev.weir.pool.RoundRobin;
import dev.weir.pool.exclusive.ConnectionCache;
import dev.weir.runtime.Weir;
import dev.weir.server.Beyond;
import dev.weir.testing.HeldNetwork;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A TCP server with its origins, on loops turned by hand.
final class TcpStage {
    static final Duration IDLE = Duration.ofMinutes(1);
    static final Duration CONNECT = Duration.ofSeconds(2);

    final Scene scene;
    final ManualLoops loops;
    final Weir weir;
    final Connections connections;
    final HeldNetwork network;
    final List<PlainOrigin> origins = new ArrayList<>();
    private final List<Endpoint> addresses = new ArrayList<>();
    int connectionsMax = 100;
    Beyond beyond = Beyond.WAIT;
    int perOrigin = 10;
    Duration down = Duration.ZERO;
    private @Nullable TcpServer server;

    TcpStage(Scene scene, ManualLoops loops) {
        this.scene = scene;
        this.loops = loops;
        this.weir = scene.weir(loops);
        this.connections = weir.connections();
        this.network = new HeldNetwork(loops.network());
    }

    PlainOrigin origin() {
        var origin = new PlainOrigin(scene, loops, connections);
        origins.add(origin);
        addresses.add(origin.address());
        return origin;
    }

    /// An origin where nobody listens.
    void deadOrigin() {
        var acceptor =
                loops.network().listen(Scene.ANY_PORT, 1, loops.loop(), new PlainOrigin(scene, loops, connections));
        addresses.add(acceptor.local());
        acceptor.close();
        loops.turnUntilQuiet();
    }

    /// Opens the server; attempts to connect are let go on at once.
    TcpServer open() {
        return open(loops.network());
    }

    /// Opens the server; attempts to connect wait in [#network].
    TcpServer openHeld() {
        network.hold();
        return open(network);
    }

    private TcpServer open(dev.weir.transport.Network outward) {
        var cache = ConnectionCache.open(new ConnectionCache.Settings(
                "db",
                addresses.stream()
                        .map(at -> new Origin.Address(at, "127.0.0.1:" + at.port()))
                        .toList(),
                new PoolLimits(perOrigin, 5, Duration.ofSeconds(5), Duration.ofSeconds(55), CONNECT).withDownTime(down),
                new RoundRobin(),
                connections,
                outward,
                (connection, entry) -> {
                    throw new AssertionError("a relay makes a conversation of its own");
                }));
        var settings = new TcpSettings("tcp", Scene.ANY_PORT, connectionsMax, beyond, IDLE, "");
        var opened = TcpServer.open(weir, cache, settings, why -> {
            throw new AssertionError(why);
        });
        scene.closes(cache::close);
        scene.closes(opened::abort);
        server = opened;
        return opened;
    }

    RawPeer client() {
        if (server == null) throw new IllegalStateException("no server is open");
        return scene.closes(loops.dial(server.local()));
    }

    /// Blocks that connections hold now.
    long blocks() {
        return loops.pool().buffersLive();
    }

    static Stream<String> networks() {
        return Stream.of("in memory", "tcp");
    }

    static TcpStage on(String network, Scene scene) {
        return new TcpStage(scene, network.equals("tcp") ? scene.tcpByHand() : scene.inMemory());
    }
}
