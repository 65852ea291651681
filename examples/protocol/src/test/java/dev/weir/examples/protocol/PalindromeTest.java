package dev.weir.examples.protocol;

import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionRole;
import dev.weir.runtime.Weir;
import dev.weir.testing.Balanced;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Proves that messages of several blocks are answered whole. A raw peer sends them.
@Balanced
final class PalindromeTest {
    private static byte[] frame(int bytes, int oddOneAt) {
        ByteBuffer frame = ByteBuffer.allocate(4 + bytes).putInt(bytes);
        if (oddOneAt >= 0) frame.put(4 + oddOneAt, (byte) 1);
        return frame.array();
    }

    @Test
    void theAnswerFollowsTheWholeMessage(Scene scene) {
        var shape = Shape.SMALL.withBlocks(48).withWholeMessages(PalindromeConversation.MESSAGE_BYTES_MAX);
        ManualLoops loops = scene.inMemory(shape);
        Weir weir = scene.weir(loops);
        Acceptor acceptor = loops.network().listen(Scene.ANY_PORT, 8, loops.loop(), new Accepting(weir));

        try (RawPeer client = loops.dial(acceptor.local())) {
            client.send(frame(PalindromeConversation.MESSAGE_BYTES_MAX, -1));
            client.expect("Y");
            client.send(frame(PalindromeConversation.MESSAGE_BYTES_MAX, 20_000));
            client.expect("N");
            client.send(Arrays.copyOf(frame(PalindromeConversation.MESSAGE_BYTES_MAX + 1, -1), 5));
            client.expectEnd();
        }
        loops.turnUntilQuiet();
        acceptor.close();
    }

    @Test
    void silentClientIsClosedAfterItsTime(Scene scene) {
        ManualLoops loops =
                scene.inMemory(Shape.SMALL.withBlocks(48).withWholeMessages(PalindromeConversation.MESSAGE_BYTES_MAX));
        Weir weir = scene.weir(loops);
        Acceptor acceptor = loops.network().listen(Scene.ANY_PORT, 8, loops.loop(), new Accepting(weir));

        try (RawPeer client = loops.dial(acceptor.local())) {
            loops.turnUntilQuiet();
            loops.pass(PalindromeConversation.PATIENCE.plusMillis(10));
            client.expectReset();
        }
        loops.turnUntilQuiet();
        acceptor.close();
    }

    private record Accepting(Weir weir) implements Acceptor.Listener {
        @Override
        public void accepted(Transport transport) {
            var opening =
                    new Connection.Opening(ConnectionRole.other("palindromes"), transport, PalindromeConversation::new);
            Connection _ =
                    Connection.open(weir.connections(), weir.group().loops().getFirst(), opening);
        }

        @Override
        public void acceptFailed(String why) {
            throw new AssertionError(why);
        }
    }
}
