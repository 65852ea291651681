package dev.weir.gateway;

import dev.weir.http.blocking.BlockingHandlers;
import dev.weir.http.blocking.Request;
import dev.weir.http.blocking.Response;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.loop.CloseReport;
import dev.weir.loop.EventLoop;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The origins of the demo: small pages that say which of them answered.
///
/// **Owns:** a runtime of its own and a server for each name, on ports that the system chose.
/// **Threads:** thread-safe.
/// **Limits:** 32 MiB; 256 connections and 64 requests in flight, which the servers share equally.
final class DemoOrigins {
    private static final long MEMORY_BYTES = 32 << 20;
    private static final int CONNECTIONS_MAX = 256;
    private static final int IN_FLIGHT_MAX = 64;
    private static final Duration SLOW = Duration.ofSeconds(2);
    private static final int BIG_BYTES = 64 << 20;
    private static final Endpoint LOCAL = Endpoint.loopback(0);

    private final Weir weir;
    private final int connectionsEach;
    private final int inFlightEach;
    private final List<HttpServer> servers = new ArrayList<>();

    private DemoOrigins(Weir weir, int count) {
        this.weir = weir;
        this.connectionsEach = CONNECTIONS_MAX / count;
        this.inFlightEach = IN_FLIGHT_MAX / count;
    }

    /// Opens one origin for each name.
    ///
    /// @param owner notified of a loop that cannot go on
    /// @return the origins, owned by the caller
    static DemoOrigins open(List<String> names, EventLoop.FailureListener owner) {
        int count = names.size();
        var settings = WeirSettings.of("origins", MEMORY_BYTES, CONNECTIONS_MAX)
                .withCharges(Collections.nCopies(count, BlockingHandlers.charge(IN_FLIGHT_MAX / count)));
        var origins = new DemoOrigins(Weir.open(settings), count);
        origins.weir.group().onLoopFailure(owner);
        try {
            for (String name : names) origins.openOne(name);
            return origins;
        } catch (RuntimeException | Error failure) {
            CloseReport _ = origins.close(Deadline.in(origins.weir.group().clock(), SLOW));
            throw failure;
        }
    }

    private void openOne(String name) {
        var handlers = BlockingHandlers.of(weir, (request, response) -> answer(name, request, response), inFlightEach);
        servers.add(HttpServer.open(weir, ServerSettings.at(LOCAL).withConnectionsMax(connectionsEach), handlers));
    }

    /// Where each listens.
    List<Endpoint> addresses() {
        return servers.stream().map(HttpServer::local).toList();
    }

    CloseReport close(Deadline deadline) {
        servers.forEach(HttpServer::abort);
        return weir.close(deadline);
    }

    private void answer(String name, Request request, Response response) throws IOException, InterruptedException {
        response.header("X-Origin", name);
        switch (request.path()) {
            case "/" -> response.send("Origin " + name + " answers.\n");
            case "/slow" -> slow(name, response);
            case "/big" -> big(response);
            case "/echo" -> echo(request, response);
            default -> response.status(404).send("Origin " + name + " has no page " + request.path() + "\n");
        }
    }

    private void slow(String name, Response response) throws IOException, InterruptedException {
        boolean never = weir.group()
                .parking()
                .awaitUntil(() -> false, Deadline.in(weir.group().clock(), SLOW));
        assert !never : "nobody lets it go on early";
        response.send("Origin " + name + " answers after " + SLOW.toSeconds() + " s.\n");
    }

    private static void big(Response response) throws IOException {
        byte[] part = new byte[16 * 1024];
        try (var body =
                response.header("Content-Type", "application/octet-stream").body(BIG_BYTES)) {
            for (int sent = 0; sent < BIG_BYTES; sent += part.length) body.write(part);
        }
    }

    private static void echo(Request request, Response response) throws IOException {
        response.header("Content-Type", request.header("Content-Type").orElse("application/octet-stream"));
        try (var body = response.body()) {
            request.body().transferTo(body);
        }
    }
}
