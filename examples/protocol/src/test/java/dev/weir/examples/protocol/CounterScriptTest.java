package dev.weir.examples.protocol;

import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.testing.sim.net.SimPeer;
import dev.weir.testing.sim.seed.Fault;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Proves that the server keeps its promises on a network that does what a script says.
@Balanced
final class CounterScriptTest {
    private static String frame(String text) {
        return "\0\0\0" + (char) text.length() + text;
    }

    // snippet: script
    @Test
    void frozenPathDoesNotAffectOtherClients(SimNetwork network, Scene scene) {
        CounterServer server = CounterServer.open(scene.weir(network), Scene.ANY_PORT);
        SimPeer cut = network.dial(server.local());
        SimPeer other = network.dial(server.local());

        cut.slices(1).send(frame("ADD 40")).expect(frame("40"));
        cut.freeze().send(frame("ADD 2"));
        other.send(frame("ADD 1")).expect(frame("41"));
        cut.thaw().expect(frame("43"));
        cut.reset();
        other.endOutput().expectEnd();
        other.close();
    }
    // end

    // snippet: script-time
    @Test
    void idleTimeoutIsExact(SimNetwork network, Scene scene) {
        CounterServer server = CounterServer.open(scene.weir(network), Scene.ANY_PORT);
        SimPeer client = network.dial(server.local());

        client.send(frame("ADD 1")).expect(frame("1"));
        client.expectNothing(CounterConversation.IDLE.minusNanos(1));
        network.pass(Duration.ofMillis(2));
        client.expectEnd();
        client.close();
    }
    // end

    @Test
    void silentClientIsClosedAfterItsTime(SimNetwork network, Scene scene) {
        CounterServer server = CounterServer.open(scene.weir(network), Scene.ANY_PORT);
        SimPeer client = network.dial(server.local());

        client.expectNothing(CounterConversation.IDLE.minusMillis(1));
        network.pass(Duration.ofMillis(3));
        client.expectEnd();
        client.close();
    }

    // snippet: script-faults
    @Test
    void shortReadsAndWritesAndAJumpOfTheClockLoseNothing(SimNetwork network, Scene scene) {
        CounterServer server = CounterServer.open(scene.weir(network), Scene.ANY_PORT);
        network.faults().at(1, Fault.ACCEPT_FAILED);
        network.faults().at(1, Fault.SHORT_READ, 3);
        network.faults().at(1, Fault.SHORT_WRITE, 5);
        network.faults().at(2, Fault.NO_ROOM);

        SimPeer client = network.dial(server.local());
        client.send(frame("ADD 7")).expectNothing();
        network.clock().advance(Duration.ofSeconds(20));
        client.expect(frame("7"));
        client.close();
    }
    // end
}
