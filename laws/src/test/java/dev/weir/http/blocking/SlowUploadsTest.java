package dev.weir.http.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.server.Stage;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that clients that send their bodies slowly do not keep the blocking handlers of a server from others.
@Balanced
final class SlowUploadsTest {
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n";
    private static final Duration GATHER = Duration.ofSeconds(1);
    private static final Duration MOMENT = Duration.ofMillis(100);

    private final AtomicInteger begun = new AtomicInteger();

    @Test
    @DisplayName("H-29 slow uploads have half of the handlers, and others are served by the rest")
    void slowUploadsGetAtMostHalfOfTheHandlers(Scene scene) {
        var stage = stage(scene);
        List<RawPeer> slow = slow(stage, Stage.IN_FLIGHT_MAX);
        assertThat(begun).hasValue(Stage.IN_FLIGHT_MAX / 2);

        for (int i = 0; i < 3; i++) {
            var honest = stage.dial();
            honest.send(Stage.GET);
            assertThat(Stage.read(honest).status()).isEqualTo(200);
        }
        stage.pass(GATHER.plus(MOMENT));
        for (RawPeer one : slow.subList(2, 4)) {
            assertThat(Stage.read(one).status()).isEqualTo(503);
        }
        assertThat(stage.ended).contains("503 RH");
    }

    @Test
    void gatheredBodyIsHandledWhenItIsComplete(Scene scene) {
        var stage = stage(scene);
        var last = slow(stage, 3).getLast();
        assertThat(begun).hasValue(2);

        last.send("x".repeat(60));
        stage.loops.turnUntilQuiet();
        assertThat(begun).hasValue(2);
        last.send("x".repeat(36));

        assertThat(Stage.read(last).body()).isEqualTo("100");
    }

    @Test
    void gatheredBodyIsHandledWhenItFillsABlock(Scene scene) {
        var stage = stage(scene);
        slow(stage, 2);
        var large = stage.dial();

        large.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 40000\r\n\r\n" + "x".repeat(20_000));
        stage.loops.turnUntil(() -> begun.get() == 3);
        large.send("x".repeat(20_000));

        assertThat(Stage.read(large).body()).isEqualTo("40000");
    }

    @Test
    void clientThatExpects100GetsItAndItsBodyIsGathered(Scene scene) {
        var stage = stage(scene);
        slow(stage, 2);
        var expecting = stage.dial();

        expecting.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        assertThat(Stage.readHead(expecting).status()).isEqualTo(100);
        // Why: handlers begin on threads of their own.
        stage.loops.turnUntil(() -> begun.get() == 2);
        expecting.send("four");

        assertThat(Stage.read(expecting).body()).isEqualTo("4");
    }

    @Test
    void handlerWhoseBodyArrivedFreesItsSlowUploadSlot(Scene scene) {
        var stage = stage(scene);
        List<RawPeer> slow = slow(stage, 3);
        slow.getFirst().send("x".repeat(96));
        assertThat(Stage.read(slow.getFirst()).body()).isEqualTo("100");

        stage.pass(GATHER.plus(MOMENT));
        stage.loops.turnUntil(() -> begun.get() == 3);
    }

    @Test
    void inputBeforeASlowHandlerReadsDoesNotSpinTheLoop(Scene scene) {
        var reads = new CountDownLatch(1);
        var stage = Stage.blocking(scene, (request, response) -> {
            begun.incrementAndGet();
            if (request.path().equals("/late")) reads.await();
            response.send(String.valueOf(request.body().readAllBytes().length));
        });
        RawPeer first = slow(stage, 2).getFirst();
        var late = stage.dial();
        late.send(POST.replace("POST / ", "POST /late ") + "some");
        stage.loops.turnUntilQuiet();
        first.send("x".repeat(96));
        assertThat(Stage.read(first).body()).isEqualTo("100");
        stage.pass(GATHER.plus(MOMENT));
        stage.loops.turnUntil(() -> begun.get() == 3);
        late.send("x".repeat(50));

        stage.loops.turnUntilQuiet();
        reads.countDown();
        late.send("x".repeat(46));
        assertThat(Stage.read(late).body()).isEqualTo("100");
    }

    @Test
    void clientLeavingDuringGatheringLeavesNothingOpen(Scene scene) {
        var stage = stage(scene);
        List<RawPeer> slow = slow(stage, 4);
        slow.get(2).close();
        slow.get(3).reset();

        stage.loops.turnUntil(() -> stage.server.connections() == 2);

        assertThat(begun).hasValue(2);
        assertThat(stage.ended).contains("0 CD");
    }

    private Stage stage(Scene scene) {
        return Stage.blocking(scene, (request, response) -> {
            begun.incrementAndGet();
            response.send(String.valueOf(request.body().readAllBytes().length));
        });
    }

    private static List<RawPeer> slow(Stage stage, int count) {
        var slow = new ArrayList<RawPeer>();
        for (int i = 0; i < count; i++) {
            var client = stage.dial();
            client.send(POST + "some");
            stage.loops.turnUntilQuiet();
            slow.add(client);
        }
        return slow;
    }
}
