package dev.weir.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.examples.Fetch.Result;
import dev.weir.http.client.ClientConnection;
import dev.weir.http.client.ClientLoop;
import dev.weir.http.codec.HeadLimits;
import dev.weir.pool.Origin;
import dev.weir.pool.PoolLimits;
import dev.weir.pool.RoundRobin;
import dev.weir.pool.exclusive.ConnectionCache;
import dev.weir.runtime.Weir;
import dev.weir.testing.Balanced;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.RawAcceptor;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Proves that the client of docs/library/outcomes.md reports what became of its request.
@Balanced
final class FetchTest {
    @Test
    void answeredRequestIsReplied(Scene scene) {
        var stage = new Stage(scene);
        CompletableFuture<Result> result = stage.fetch.send();
        try (RawPeer peer = stage.origin.accept()) {
            peer.readUntil("\r\n\r\n");
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        }
        stage.loops.turnUntilQuiet();

        assertEquals(new Result.Replied(200, "hi"), result.getNow(null));
        stage.end();
    }

    @Test
    void requestToAClosedPortIsNotSent(Scene scene) {
        var stage = new Stage(scene);
        stage.origin.close();
        CompletableFuture<Result> result = stage.fetch.send();
        stage.loops.turnUntilQuiet();

        assertEquals(new Result.NotSent("CONNECT_FAILED"), result.getNow(null));
        stage.end();
    }

    @Test
    void requestWithoutAnAnswerMayHaveBeenProcessed(Scene scene) {
        var stage = new Stage(scene);
        CompletableFuture<Result> result = stage.fetch.send();
        try (RawPeer peer = stage.origin.accept()) {
            peer.readUntil("\r\n\r\n");
        }
        stage.loops.turnUntilQuiet();

        assertEquals(new Result.MaybeProcessed("the origin ended without an answer"), result.getNow(null));
        stage.end();
    }

    /// A pool before an origin that the test plays.
    private static final class Stage {
        final ManualLoops loops;
        final RawAcceptor origin;
        final ConnectionCache pool;
        final Fetch fetch;

        Stage(Scene scene) {
            loops = scene.inMemory();
            Weir weir = scene.weir(loops);
            origin = scene.closes(loops.listen());
            var second = Duration.ofSeconds(1);
            pool = ConnectionCache.open(new ConnectionCache.Settings(
                    "web",
                    List.of(new Origin.Address(origin.address(), "web")),
                    new PoolLimits(10, 10, second, second, second),
                    new RoundRobin(),
                    weir.connections(),
                    weir.network(),
                    ClientConnection::new));
            var client = new ClientLoop(loops.loop(), HeadLimits.DEFAULT, second.toNanos(), null);
            fetch = new Fetch(client, pool, "web", "/");
        }

        void end() {
            pool.close();
            loops.turnUntilQuiet();
        }
    }
}
