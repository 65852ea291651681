package dev.weir.examples.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.runtime.Weir;
import dev.weir.testing.Balanced;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.ScriptedPeer;
import dev.weir.testing.Shape;
import dev.weir.testing.proxy.FaultProxy;
import dev.weir.testing.proxy.ProxyFault;
import dev.weir.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Proves that the protocol keeps its promises before peers that break theirs. The server stands on loops
/// turned by hand, or on threads behind a fault proxy; the client before scripted peers.
// snippet: class
@Balanced
final class CounterTest {
    // end

    /// One request or answer, as it goes over the wire.
    // snippet: frame
    private static String frame(String text) {
        return "\0\0\0" + (char) text.length() + text;
    }
    // end

    // snippet: by-hand
    @Test
    void serverAnswersWithTheSum(Scene scene) {
        ManualLoops loops = scene.inMemory();
        CounterServer server = CounterServer.open(scene.weir(loops), Scene.ANY_PORT);

        try (RawPeer client = loops.dial(server.local())) {
            client.send(frame("ADD 40"));
            client.expect(frame("40"));
            client.send(frame("ADD 2"));
            client.expect(frame("42"));
        }
    }
    // end

    // snippet: cut
    @Test
    void requestMayArriveByteByByte(Scene scene) {
        ManualLoops loops = scene.tcpByHand();
        CounterServer server = CounterServer.open(scene.weir(loops), Scene.ANY_PORT);

        try (RawPeer client = loops.dial(server.local())) {
            client.sendSlowly(frame("ADD 5") + frame("ADD 6"), 1, Duration.ofMillis(10));
            client.expect(frame("5") + frame("11"));
        }
    }
    // end

    @Test
    void aRequestThatIsTooLongEndsTheConnection(Scene scene) {
        ManualLoops loops = scene.inMemory();
        CounterServer server = CounterServer.open(scene.weir(loops), Scene.ANY_PORT);

        try (RawPeer client = loops.dial(server.local())) {
            client.send(frame("ADD x"));
            client.expect(frame("ERROR"));
            client.send("\0\0\0" + (char) (CounterConversation.REQUEST_BYTES_MAX + 1));
            client.expectEnd();
        }
        loops.turnUntilQuiet();
    }

    // snippet: time
    @Test
    void silentClientIsClosedAfterIdleTimeout(Scene scene) {
        ManualLoops loops = scene.inMemory();
        CounterServer server = CounterServer.open(scene.weir(loops), Scene.ANY_PORT);

        try (RawPeer client = loops.dial(server.local())) {
            client.send(frame("ADD 1") + "\0\0\0");
            client.expect(frame("1"));
            client.expectNothing(Duration.ofSeconds(29));
            loops.pass(Duration.ofSeconds(2));
            client.expectEnd();
        }
        loops.turnUntilQuiet();
    }
    // end

    // snippet: reset
    @Test
    void clientThatResetsInTheMiddleOfARequestLeavesNoConnection(Scene scene) {
        ManualLoops loops = scene.tcpByHand();
        Weir weir = scene.weir(loops);
        CounterServer server = CounterServer.open(weir, Scene.ANY_PORT);

        RawPeer client = loops.dial(server.local());
        client.send(frame("ADD 1").substring(0, 6));
        loops.turnUntilQuiet();
        client.reset();

        loops.turnUntil(() -> weir.connections().live() == 0);
    }
    // end

    // snippet: scripted
    @Test
    void truncatedAnswerIsAnError(Scene scene) throws IOException {
        ScriptedPeer server = scene.plays(peer -> {
            peer.expect(frame("ADD 7"));
            peer.send(frame("7").substring(0, 3));
            peer.reset();
        });

        try (var client = new CounterClient(server.address())) {
            assertThrows(IOException.class, () -> client.add(7));
        }
        server.awaitEnd();
    }
    // end

    // snippet: proxy
    @Test
    void slowPathDelaysAnswersAndKeepsThemCorrect(Scene scene) throws IOException {
        CounterServer server = CounterServer.open(scene.weir(Shape.SMALL), Scene.ANY_PORT);
        FaultProxy path =
                scene.proxy(server.local()).both(ProxyFault.latency(Duration.ofMillis(5)), ProxyFault.slices(3));

        try (var client = new CounterClient(path.local())) {
            for (int i = 1; i <= 10; i++) assertEquals(i, client.add(1));

            path.downstream(ProxyFault.resetAfter(2));
            assertThrows(IOException.class, () -> client.add(1));
        }
        path.heal();
        try (var client = new CounterClient(path.local())) {
            assertEquals(12, client.add(1)); // the eleventh was added, though its answer was lost
        }
    }
    // end

    @Test
    void aRequestThatHasBegunIsAnsweredWhenTheRuntimeCloses(Scene scene) throws Exception {
        Weir weir = scene.weir(Shape.SMALL);
        CounterServer server = CounterServer.open(weir, Scene.ANY_PORT);
        RawPeer idle = scene.dial(server.local());
        RawPeer busy = scene.dial(server.local());
        idle.send(frame("ADD 1"));
        idle.expect(frame("1"));
        busy.send(frame("ADD 2"));
        busy.expect(frame("3"));
        busy.send(frame("ADD 4").substring(0, 6));
        // Why: this answer comes later than what was sent before on the other connection has been seen.
        idle.send(frame("ADD 0"));
        idle.expect(frame("3"));

        var closing = weir.startClose(Deadline.in(weir.group().clock(), Duration.ofSeconds(30)));
        idle.expectEnd();
        idle.close();
        busy.send(frame("ADD 4").substring(6));
        busy.expect(frame("7"));
        busy.expectEnd();
        busy.close();

        assertEquals(List.of(), closing.get(20, TimeUnit.SECONDS).cut());
    }
}
