package dev.weir.gateway.tcp;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionRole;
import dev.weir.connection.Connections;
import dev.weir.connection.Conversation;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.Scene;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An origin that keeps what it hears and says what the test tells it.
final class PlainOrigin implements Acceptor.Listener {
    private final ManualLoops loops;
    private final Connections connections;
    private final Acceptor acceptor;
    private final List<Talk> talks = new ArrayList<>();

    PlainOrigin(Scene scene, ManualLoops loops, Connections connections) {
        this.loops = loops;
        this.connections = connections;
        this.acceptor = loops.network().listen(Scene.ANY_PORT, 16, loops.loop(), this);
        scene.closes(acceptor::close);
        scene.closes(() -> talks.forEach(talk -> talk.connection.abort(CloseReason.CLOSED)));
    }

    Endpoint address() {
        return acceptor.local();
    }

    int talks() {
        return talks.size();
    }

    /// The connection of this number, from 0, which is waited for.
    Talk talk(int number) {
        loops.turnUntil(() -> talks.size() > number);
        return talks.get(number);
    }

    @Override
    public void accepted(Transport transport) {
        Connection.open(
                connections,
                loops.loop(),
                new Connection.Opening(ConnectionRole.other("origin"), transport, connection -> {
                    var talk = new Talk(connection);
                    talks.add(talk);
                    return talk;
                }));
    }

    @Override
    public void acceptFailed(String why) {
        throw new AssertionError(why);
    }

    /// One connection, from the origin's side.
    static final class Talk implements Conversation {
        private final Connection connection;
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
        private ByteBuffer saying = ByteBuffer.allocateDirect(0);
        private boolean endsAfter;
        private boolean ended;
        private @Nullable CloseReason closed;

        Talk(Connection connection) {
            this.connection = connection;
        }

        byte[] heard() {
            return heard.toByteArray();
        }

        String heardText() {
            return heard.toString(StandardCharsets.ISO_8859_1);
        }

        boolean sawEnd() {
            return ended;
        }

        @Nullable
        CloseReason closed() {
            return closed;
        }

        void say(byte[] bytes) {
            saying = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            writable();
        }

        void say(String text) {
            say(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        /// Ends its output when all was said.
        void end() {
            endsAfter = true;
            writable();
        }

        void stopListening() {
            connection.pauseInput();
        }

        void listen() {
            connection.resumeInput();
        }

        void reset() {
            connection.abort(CloseReason.CLOSED);
        }

        @Override
        public void readable() {
            ByteBuffer scratch = connection.loop().readScratch().clear();
            int count = connection.read(scratch);
            if (count == Transport.END) ended = true;
            if (count == Transport.BROKEN) connection.close(CloseReason.RESET);
            scratch.flip();
            while (scratch.hasRemaining()) heard.write(scratch.get());
        }

        @Override
        public void writable() {
            if (saying.hasRemaining() && connection.output().write(saying) < 0) connection.close(CloseReason.RESET);
            if (endsAfter && !saying.hasRemaining()) {
                endsAfter = false;
                connection.output().end();
            }
        }

        @Override
        public void timedOut() {
            throw new AssertionError("no deadline was set");
        }

        @Override
        public void closing(CloseReason reason) {
            closed = reason;
        }
    }
}
