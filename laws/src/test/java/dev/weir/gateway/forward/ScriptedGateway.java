package dev.weir.gateway.forward;

import dev.weir.gateway.config.Upstream;
import dev.weir.gateway.route.RouteTable;
import dev.weir.http.server.HttpServer;
import dev.weir.runtime.Weir;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.testing.sim.net.SimDoor;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.testing.sim.net.SimPeer;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A gateway between peers on a network that follows a script, with one origin.
final class ScriptedGateway {
    static final Duration CONNECT = Duration.ofSeconds(2);

    /// How exchanges ended, in order: the status, who and what ended it.
    final List<String> ended = new ArrayList<>();
    final SimNetwork network;
    final SimDoor origin;
    final Upstreams upstreams;
    private final HttpServer server;

    ScriptedGateway(Scene scene, Shape shape, Upstream.Pool pool) {
        network = scene.simulated(shape);
        origin = network.listen();
        Weir weir = scene.weir(network);
        var address = Endpoint.of("127.0.0.1", origin.address().port());
        var timeouts = new Upstream.Timeouts(CONNECT, Setup.RESPONSE);
        upstreams = Upstreams.open(
                weir,
                List.of(new Upstream(
                                "web",
                                List.of(address),
                                Upstream.Balance.ROUND_ROBIN,
                                pool,
                                timeouts,
                                Upstream.Retry.SAFE)
                        // Why: these tests are about what happens at once.
                        .withWhenAllDown(Upstream.WhenAllDown.FAIL)));
        var at = Setup.at("script").withLimits(Setup.ONE_ORIGIN.limits());
        var routes = RouteTable.of(Setup.ONE_ORIGIN.routes());
        var forwarder = new Forwarder(weir.group().loops(), routes, upstreams, at, Via.named("weir"));
        server = HttpServer.open(weir, at, forwarder, exchange -> {
            var ending = exchange.ending();
            ended.add(exchange.status() + " " + ending.end().who().letter()
                    + ending.phase().letter());
        });
        scene.closes(this::close);
    }

    private void close() {
        server.abort();
        upstreams.close();
        network.settle();
    }

    /// Slots in use, of all there are.
    int connections() {
        return upstreams.named("web").cache().origins().getFirst().connections();
    }

    int waiting() {
        return upstreams.named("web").cache().waiting();
    }

    /// A client that sends a request.
    SimPeer asks(String path) {
        return asks("GET", path);
    }

    /// A client that sends a request without a body.
    SimPeer asks(String method, String path) {
        return network.dial(server.local()).send(method + " " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    /// A client that sends a request with a body, which is never sent twice.
    SimPeer posts(String path, String body) {
        return network.dial(server.local()).send(post(path, body));
    }

    static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /// Reads a whole answer with a length.
    ///
    /// @return its status and its body
    static String answer(SimPeer client) {
        String head = client.readUntil("\r\n\r\n");
        int at = head.toLowerCase(Locale.ROOT).indexOf("content-length: ") + 16;
        String body = client.read(Integer.parseInt(head.substring(at, head.indexOf('\r', at))));
        return head.substring(9, 12) + " " + body;
    }

    static int status(SimPeer client) {
        return Integer.parseInt(answer(client).substring(0, 3));
    }

    /// Reads a request as an origin does.
    ///
    /// @return its path
    static String request(SimPeer origin, int bodyBytes) {
        String head = origin.readUntil("\r\n\r\n");
        origin.read(bodyBytes);
        return head.split(" ", 3)[1];
    }

    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }
}
