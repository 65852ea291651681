package dev.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.transport.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that scripted peers do what they are told, and that a peer which breaks the script fails the test
/// with a sentence that says how. Two raw peers stand face to face, or one before a plain socket.
@Balanced
final class RawPeerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /// Two ends of one connection.
    private record Pair(ManualLoops loops, RawPeer here, RawPeer there) {
        static Pair of(Scene scene, ManualLoops loops) {
            RawAcceptor acceptor = scene.closes(loops.listen());
            RawPeer here = scene.closes(loops.dial(acceptor.address()));
            return new Pair(loops, here, scene.closes(acceptor.accept()));
        }
    }

    private static Pair pair(Scene scene, String network) {
        return Pair.of(scene, network.equals("tcp") ? scene.tcpByHand() : scene.inMemory());
    }

    @ParameterizedTest
    @ValueSource(strings = {"in memory", "tcp"})
    void whatIsSentIsExpected(String network, Scene scene) {
        Pair pair = pair(scene, network);

        pair.here().send("one line\r\nand 3");
        assertThat(pair.there().readUntil("\r\n")).isEqualTo("one line\r\n");
        pair.there().expect("and ");
        pair.there().expect(new byte[] {'3'});
        pair.there().send(new byte[] {0, (byte) 255});
        assertThat(pair.here().read(2)).containsExactly(0, 255);
    }

    @ParameterizedTest
    @ValueSource(strings = {"in memory", "tcp"})
    void aHalfCloseLeavesTheOtherDirectionOpen(String network, Scene scene) {
        Pair pair = pair(scene, network);

        pair.here().endOutput();
        pair.there().expectEnd();
        pair.there().send("still here");
        pair.here().expect("still here");
        pair.there().close();

        pair.here().expectEnd();
    }

    @ParameterizedTest
    @ValueSource(strings = {"in memory", "tcp"})
    void aResetIsNotAnOrderlyEnd(String network, Scene scene) {
        Pair pair = pair(scene, network);
        pair.here().reset();
        pair.there().expectReset();

        Pair other = pair(scene, network);
        other.here().close();
        assertThatThrownBy(other.there()::expectReset).hasMessage("expected RESET to be the end, but it was ORDERLY");
    }

    @Test
    void whatIsSentSlowlyComesInPieces(Scene scene) {
        Pair pair = pair(scene, "in memory");
        long before = scene.clock().nanoTime();

        pair.here().sendSlowly("abcdefg", 3, SECOND);

        pair.there().expect("abcdefg");
        assertThat(scene.clock().nanoTime() - before).isEqualTo(2 * SECOND.toNanos());
        assertThatThrownBy(() -> pair.here().sendSlowly("a", 0, SECOND)).hasMessageContaining("at least 1");
    }

    @Test
    void somethingElseThanExpectedIsShown(Scene scene) {
        Pair pair = pair(scene, "in memory");
        pair.here().send("pong!bytes");

        assertThatThrownBy(() -> pair.there().expect("PONG!")).hasMessage("expected 'PONG!', but 'pong!' came");
        assertThatThrownBy(() -> pair.there().expect("byteZ".getBytes(StandardCharsets.US_ASCII)))
                .hasMessage("expected 5 bytes; the one at index 4 should be 90 and is 115");
    }

    @Test
    void aWaitInVainSaysWhatItWaitedFor(Scene scene) {
        Pair pair = pair(scene, "in memory");
        pair.here().send("almost");

        assertThatThrownBy(() -> pair.there().readUntil("\n"))
                .hasMessageContaining("'\n' did not come, only 6 bytes 'almost'");
        pair.here().endOutput();
        assertThatThrownBy(() -> pair.there().read(7))
                .hasMessage("an end came instead of 7 bytes, after 6 bytes 'almost'");
    }

    @Test
    void nothingMeansNeitherBytesNorAnEnd(Scene scene) {
        Pair pair = pair(scene, "in memory");
        pair.there().expectNothing(SECOND);

        pair.here().send("x");
        assertThatThrownBy(() -> pair.there().expectNothing(SECOND))
                .hasMessage("expected nothing, but 1 bytes 'x' came");
        pair.there().expect("x");
        pair.here().close();
        assertThatThrownBy(() -> pair.there().expectNothing(SECOND)).hasMessage("expected nothing, but an end came");
    }

    @Test
    void aMissingConnectionIsReported(Scene scene) {
        RawAcceptor acceptor = scene.closes(scene.inMemory().listen());

        assertThatThrownBy(acceptor::accept).hasMessageStartingWith("nobody connected to ");
    }

    @Test
    void aScriptIsPlayedWithEachConnectionOfABlockingClient(Scene scene) throws IOException {
        ScriptedPeer peer = scene.plays(List.of(
                first -> {
                    first.expect("hello");
                    first.sendSlowly("you", 1, Duration.ofMillis(1));
                },
                RawPeer::reset));

        try (var client = connect(peer.address())) {
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("you");
        }
        try (var client = connect(peer.address())) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        peer.awaitEnd();
    }

    @Test
    void aFailingScriptIsReportedWithItsReason(Scene scene) throws IOException {
        ScriptedPeer peer = scene.plays(one -> one.expect("hello"));

        try (var client = connect(peer.address())) {
            client.getOutputStream().write("Hello".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(peer::awaitEnd)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("expected 'hello', but 'Hello' came");
        }
    }

    @Test
    void aScriptThatIsNotOverWhenTheTestEndsHasFailed(Scene scene) throws IOException {
        ScriptedPeer peer = scene.plays(one -> one.expect("hello"));

        try (var client = connect(peer.address())) {
            assertThat(client.isConnected()).isTrue();
            assertThatThrownBy(peer::close).hasMessageContaining("the test ended before it did");
        }
    }

    @Test
    void aRawAcceptorReplacesAServer(Scene scene) throws IOException {
        RawAcceptor acceptor = scene.listen();

        try (var client = connect(acceptor.address());
                RawPeer peer = acceptor.accept()) {
            client.getOutputStream().write('?');
            peer.expect("?");
            peer.send("!");
            assertThat(client.getInputStream().read()).isEqualTo('!');
        }
    }

    private static Socket connect(Endpoint address) throws IOException {
        return Sockets.dial(address);
    }
}
