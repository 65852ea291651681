package dev.weir.gateway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.CloseReason;
import dev.weir.memory.block.BlockSize;
import dev.weir.server.Beyond;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.RawPeer.Ending;
import dev.weir.testing.Scene;
import dev.weir.time.Chance;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Proves that a relay moves every byte, ends each direction by itself, and lets go of everything however it
/// ends. Loops are turned by hand, in memory and over real sockets, between a raw client and an origin of the
/// test.
@Balanced
final class RelayTest {
    private static final int TEN_MB = 10 * 1024 * 1024;

    @ParameterizedTest
    @MethodSource("dev.weir.gateway.tcp.TcpStage#networks")
    @DisplayName("S-12 a client that has ended its side reads 10 MB of answer, whole")
    void aHalfClosedClientReadsTheWholeAnswer(String network, Scene scene) {
        var stage = TcpStage.on(network, scene);
        var origin = stage.origin();
        var server = stage.open();
        byte[] answer = bytes(TEN_MB);

        var client = stage.client();
        client.send("ask");
        client.endOutput();
        var talk = origin.talk(0);
        stage.loops.turnUntil(talk::sawEnd);
        talk.say(answer);
        talk.end();

        assertThat(client.read(TEN_MB)).isEqualTo(answer);
        assertThat(client.readToEnd())
                .extracting(RawPeer.Rest::bytes, RawPeer.Rest::ending)
                .containsExactly(0, Ending.ORDERLY);
        assertThat(talk.heardText()).isEqualTo("ask");
        stage.loops.turnUntil(() -> server.connections() == 0);
        assertThat(server.count(RelayCounter.COMPLETED)).isEqualTo(1);
        assertThat(server.count(RelayCounter.BYTES_TO_ORIGIN)).isEqualTo(3);
        assertThat(server.count(RelayCounter.BYTES_TO_CLIENT)).isEqualTo(TEN_MB);
    }

    @ParameterizedTest
    @MethodSource("dev.weir.gateway.tcp.TcpStage#networks")
    void aHalfClosedOriginReadsWhatTheClientStillSends(String network, Scene scene) {
        var stage = TcpStage.on(network, scene);
        var origin = stage.origin();
        stage.open();
        byte[] upload = bytes(TEN_MB);

        var client = stage.client();
        var talk = origin.talk(0);
        talk.say("go on");
        talk.end();
        assertThat(client.readToEnd().text()).isEqualTo("go on");
        client.send(upload);
        client.endOutput();
        stage.loops.turnUntil(talk::sawEnd);

        assertThat(talk.heard()).isEqualTo(upload);
    }

    @ParameterizedTest
    @MethodSource("dev.weir.gateway.tcp.TcpStage#networks")
    void aConnectionBeyondTheLimitIsReset(String network, Scene scene) {
        var stage = TcpStage.on(network, scene);
        var origin = stage.origin();
        stage.connectionsMax = 1;
        stage.beyond = Beyond.REFUSE;
        var server = stage.open();
        var first = stage.client();
        var talk = origin.talk(0);

        stage.client().expectReset();

        assertThat(server.count(RelayCounter.REFUSED)).isEqualTo(1);
        talk.say("still here");
        assertThat(first.readText(10)).isEqualTo("still here");
        assertThat(server.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("dev.weir.gateway.tcp.TcpStage#networks")
    void bytesOneAtATimeArriveInOrderAndHoldNoMemory(String network, Scene scene) {
        var stage = TcpStage.on(network, scene);
        var origin = stage.origin();
        stage.open();
        byte[] sent = bytes(1000);

        var client = stage.client();
        var talk = origin.talk(0);
        for (int i = 0; i < sent.length; i++) {
            client.send(new byte[] {sent[i]});
            int arrived = i + 1;
            stage.loops.turnUntil(() -> talk.heard().length == arrived);
            assertThat(stage.blocks()).isZero();
        }

        assertThat(talk.heard()).isEqualTo(sent);
    }

    @ParameterizedTest
    @MethodSource("dev.weir.gateway.tcp.TcpStage#networks")
    void aClientThatResetsResetsTheOrigin(String network, Scene scene) {
        var stage = TcpStage.on(network, scene);
        var origin = stage.origin();
        var server = stage.open();

        var client = stage.client();
        client.send("half a");
        var talk = origin.talk(0);
        stage.loops.turnUntil(() -> talk.heard().length == 6);
        client.reset();
        stage.loops.turnUntil(() -> talk.closed() != null);

        assertThat(talk.closed()).isEqualTo(CloseReason.RESET);
        assertThat(talk.sawEnd()).isFalse();
        assertThat(server.count(RelayCounter.CUT)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("dev.weir.gateway.tcp.TcpStage#networks")
    void anOriginThatResetsResetsTheClient(String network, Scene scene) {
        var stage = TcpStage.on(network, scene);
        var origin = stage.origin();
        var server = stage.open();

        var client = stage.client();
        client.send("x");
        var talk = origin.talk(0);
        stage.loops.turnUntil(() -> talk.heard().length == 1);
        talk.reset();

        assertThat(client.readToEnd().ending()).isEqualTo(Ending.RESET);
        assertThat(server.count(RelayCounter.CUT)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("dev.weir.gateway.tcp.TcpStage#networks")
    void aRefusedConnectMovesOnToTheNextOrigin(String network, Scene scene) {
        var stage = TcpStage.on(network, scene);
        stage.deadOrigin();
        var origin = stage.origin();
        stage.open();

        for (int i = 0; i < 3; i++) {
            var client = stage.client();
            client.send("hello");
            var talk = origin.talk(i);
            stage.loops.turnUntil(() -> talk.heardText().equals("hello"));
        }

        assertThat(origin.talks()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("dev.weir.gateway.tcp.TcpStage#networks")
    void aClientIsResetWhenNoOriginCanBeReached(String network, Scene scene) {
        var stage = TcpStage.on(network, scene);
        stage.deadOrigin();
        stage.deadOrigin();
        var server = stage.open();

        var client = stage.client();

        assertThat(client.readToEnd().ending()).isEqualTo(Ending.RESET);
        assertThat(server.count(RelayCounter.UNSERVED)).isEqualTo(1);
        assertThat(server.count(RelayCounter.CUT)).isZero();
    }

    @Test
    void aConnectTimeoutMovesOnToTheNextOrigin(Scene scene) {
        var stage = TcpStage.on("in memory", scene);
        var silent = stage.origin();
        var origin = stage.origin();
        stage.openHeld();

        var client = stage.client();
        client.send("hello");
        stage.loops.turnUntil(() -> stage.network.held() == 1);
        stage.loops.pass(TcpStage.CONNECT.plusMillis(10));
        // Why: the first attempt was given up; this is the second.
        assertThat(stage.network.held()).isOne();
        stage.network.letGo();

        var talk = origin.talk(0);
        stage.loops.turnUntil(() -> talk.heardText().equals("hello"));
        assertThat(silent.talks()).isZero();
    }

    @Test
    void aDisconnectedClientDoesNotWaitForAnOriginToRecover(Scene scene) {
        var stage = TcpStage.on("in memory", scene);
        stage.deadOrigin();
        stage.down = Duration.ofSeconds(2);
        var server = stage.openHeld();

        var client = stage.client();
        stage.loops.turnUntil(() -> stage.network.held() == 1);
        client.reset();
        stage.loops.turnUntilQuiet();
        stage.network.letGo();
        stage.loops.turnUntilQuiet();

        assertThat(server.cache().origins().getFirst().failed()).isOne();
        assertThat(server.cache().waiting()).isZero();
    }

    @Test
    @DisplayName("H-21 a client that leaves while its origin is being connected costs nothing more")
    void aClientThatDisconnectsWhileConnectingHoldsNothing(Scene scene) {
        var stage = TcpStage.on("in memory", scene);
        var origin = stage.origin();
        var server = stage.openHeld();

        var client = stage.client();
        client.send("too early");
        stage.loops.turnUntil(() -> stage.network.held() == 1);
        stage.loops.turnUntilQuiet();
        client.reset();
        stage.loops.turnUntilQuiet();

        assertThat(server.connections()).isZero();
        assertThat(stage.blocks()).isZero();
        stage.network.letGo();
        var talk = origin.talk(0);
        stage.loops.turnUntil(talk::sawEnd);
        assertThat(talk.heard()).isEmpty();
        stage.loops.turnUntilQuiet();
        assertThat(server.cache().origins().getFirst().connections()).isZero();
        assertThat(server.cache().origins().getFirst().outstanding()).isZero();
    }

    @Test
    @DisplayName("H-21 a client that leaves while it waits for a connection gives up its place")
    void aClientThatDisconnectsLeavesTheQueue(Scene scene) {
        var stage = TcpStage.on("in memory", scene);
        stage.perOrigin = 1;
        var origin = stage.origin();
        var server = stage.open();

        var first = stage.client();
        origin.talk(0);
        var second = stage.client();
        var third = stage.client();
        third.send("third");
        stage.loops.turnUntil(() -> server.cache().waiting() == 2);
        second.reset();
        stage.loops.turnUntil(() -> server.cache().waiting() == 1);
        first.reset();

        var talk = origin.talk(1);
        stage.loops.turnUntil(() -> talk.heardText().equals("third"));
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void aClientThatHalfClosesWhileConnectingIsServed(Scene scene) {
        var stage = TcpStage.on("in memory", scene);
        var origin = stage.origin();
        stage.openHeld();

        var client = stage.client();
        client.send("all I have");
        client.endOutput();
        stage.loops.turnUntil(() -> stage.network.held() == 1);
        stage.loops.turnUntilQuiet();
        stage.network.letGo();

        var talk = origin.talk(0);
        stage.loops.turnUntil(talk::sawEnd);
        assertThat(talk.heardText()).isEqualTo("all I have");
        talk.say("thanks");
        talk.end();
        assertThat(client.readToEnd().text()).isEqualTo("thanks");
    }

    @Test
    void inputBeyondABlockIsNotReadWhileConnecting(Scene scene) {
        var stage = TcpStage.on("in memory", scene);
        var origin = stage.origin();
        stage.openHeld();
        byte[] early = bytes(64 * 1024);

        var client = stage.client();
        client.send(early);
        stage.loops.turnUntil(() -> stage.network.held() == 1);
        stage.loops.turnUntilQuiet();
        assertThat(stage.blocks()).isEqualTo(1);
        stage.network.letGo();

        var talk = origin.talk(0);
        stage.loops.turnUntil(() -> talk.heard().length == early.length);
        assertThat(talk.heard()).isEqualTo(early);
    }

    @Test
    void anIdleRelayIsClosedOnBothSidesAfterTheIdleTimeout(Scene scene) {
        var stage = TcpStage.on("in memory", scene);
        var origin = stage.origin();
        var server = stage.open();

        var client = stage.client();
        var talk = origin.talk(0);
        stage.loops.turnUntilQuiet();
        stage.loops.pass(TcpStage.IDLE.minusSeconds(10));
        talk.say("still here");
        stage.loops.turnUntilQuiet();
        stage.loops.pass(TcpStage.IDLE.minusSeconds(10));
        assertThat(server.connections()).isEqualTo(1);
        stage.loops.pass(Duration.ofSeconds(11));

        assertThat(server.count(RelayCounter.IDLE)).isEqualTo(1);
        assertThat(server.connections()).isZero();
        assertThat(talk.sawEnd()).isTrue();
        var rest = client.readToEnd();
        assertThat(rest.text()).isEqualTo("still here");
        assertThat(rest.ending()).isEqualTo(Ending.ORDERLY);
    }

    @Test
    void anIdleRelayThatStillHoldsBytesIsReset(Scene scene) {
        var stage = TcpStage.on("in memory", scene);
        var origin = stage.origin();
        var server = stage.open();

        var client = stage.client();
        origin.talk(0).say(bytes(TEN_MB));
        stage.loops.turnUntilQuiet();
        assertThat(stage.blocks()).isEqualTo(1);
        stage.loops.pass(TcpStage.IDLE.plusSeconds(1));

        assertThat(server.count(RelayCounter.IDLE)).isEqualTo(1);
        assertThat(client.readToEnd().ending()).isEqualTo(Ending.RESET);
    }

    @ParameterizedTest
    @MethodSource("dev.weir.gateway.tcp.TcpStage#networks")
    void whileTheOriginDoesNotReadOneBlockIsHeldAndTheClientWaits(String network, Scene scene) {
        var stage = TcpStage.on(network, scene);
        var origin = stage.origin();
        stage.open();
        byte[] upload = bytes(TEN_MB);

        var client = stage.client();
        var talk = origin.talk(0);
        talk.stopListening();
        int sent = 0;
        int quiet = 0;
        while (sent < upload.length && quiet < 10) {
            int taken = client.trySend(upload, sent);
            sent += taken;
            stage.loops.turnUntilQuiet();
            quiet = taken == 0 ? quiet + 1 : 0;
        }

        assertThat(sent).isLessThan(upload.length);
        assertThat(stage.blocks()).isEqualTo(1);
        assertThat(stage.loops.group().budget().owners())
                .allMatch(held ->
                        held.bytes() == BlockSize.NORMAL.bytes() && held.owner().equals("tcp to origin"));
        talk.listen();
        int arrived = sent;
        stage.loops.turnUntil(() -> talk.heard().length == arrived);
        assertThat(stage.blocks()).isZero();
    }

    @ParameterizedTest
    @MethodSource("dev.weir.gateway.tcp.TcpStage#networks")
    void atTheLimitOfConnectionsTheNextWaitsInTheBacklog(String network, Scene scene) {
        var stage = TcpStage.on(network, scene);
        stage.connectionsMax = 1;
        var origin = stage.origin();
        var server = stage.open();

        var first = stage.client();
        origin.talk(0);
        var second = stage.client();
        second.send("second");
        stage.loops.turnUntilQuiet();
        assertThat(server.connections()).isEqualTo(1);
        assertThat(origin.talks()).isEqualTo(1);
        first.reset();

        var talk = origin.talk(1);
        stage.loops.turnUntil(() -> talk.heardText().equals("second"));
    }

    @ParameterizedTest
    @MethodSource("dev.weir.gateway.tcp.TcpStage#networks")
    void drainStopsAcceptingAndLetsRelaysFinish(String network, Scene scene) {
        var stage = TcpStage.on(network, scene);
        var origin = stage.origin();
        var server = stage.open();

        var client = stage.client();
        var talk = origin.talk(0);
        server.drain();
        client.send("last words");
        client.endOutput();
        stage.loops.turnUntil(talk::sawEnd);
        talk.say("good bye");
        talk.end();

        assertThat(client.readToEnd().text()).isEqualTo("good bye");
        stage.loops.turnUntil(() -> server.connections() == 0);
    }

    @ParameterizedTest
    @MethodSource("dev.weir.gateway.tcp.TcpStage#networks")
    void abortResetsBothSidesAndWaitingClients(String network, Scene scene) {
        var stage = TcpStage.on(network, scene);
        stage.perOrigin = 1;
        var origin = stage.origin();
        var server = stage.open();

        var joined = stage.client();
        var talk = origin.talk(0);
        var waiting = stage.client();
        stage.loops.turnUntil(() -> server.cache().waiting() == 1);
        server.abort();

        assertThat(joined.readToEnd().ending()).isEqualTo(Ending.RESET);
        assertThat(waiting.readToEnd().ending()).isEqualTo(Ending.RESET);
        stage.loops.turnUntil(() -> talk.closed() == CloseReason.RESET);
        stage.loops.turnUntil(() -> server.connections() == 0);
    }

    private static byte[] bytes(int count) {
        var chance = new Chance(count);
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte) chance.next();
        return bytes;
    }
}
