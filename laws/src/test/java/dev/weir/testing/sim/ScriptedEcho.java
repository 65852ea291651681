package dev.weir.testing.sim;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionRole;
import dev.weir.connection.Conversation;
import dev.weir.runtime.Weir;
import dev.weir.testing.Scene;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.transport.Acceptor;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a script talks to: a server that sends back what it reads and remembers how it was read.
final class ScriptedEcho implements Acceptor.Listener {
    static final Duration IDLE = Duration.ofSeconds(30);

    final List<Integer> reads = new ArrayList<>();
    final List<Talk> talks = new ArrayList<>();
    int acceptsFailed;
    private final Weir weir;
    private @Nullable Acceptor acceptor;

    private ScriptedEcho(Weir weir) {
        this.weir = weir;
    }

    static ScriptedEcho serve(Weir weir) {
        var server = new ScriptedEcho(weir);
        Acceptor opened =
                weir.network().listen(Scene.ANY_PORT, 64, weir.group().loops().getFirst(), server);
        server.acceptor = opened;
        weir.register(dev.weir.runtime.Drainable.of(opened::close));
        return server;
    }

    Endpoint local() {
        return Objects.requireNonNull(acceptor).local();
    }

    Talk last() {
        return talks.getLast();
    }

    @Override
    public void accepted(Transport transport) {
        var loop = weir.group().loops().getFirst();
        Connection.open(
                weir.connections(), loop, new Connection.Opening(ConnectionRole.other("echo"), transport, Talk::new));
    }

    @Override
    public void acceptFailed(String why) {
        acceptsFailed++;
    }

    final class Talk implements Conversation {
        final Connection connection;

        @Nullable
        CloseReason end;

        long timedOutNanos;

        Talk(Connection connection) {
            this.connection = connection;
            talks.add(this);
            connection.deadline(connection.loop().nowNanos() + IDLE.toNanos());
        }

        @Override
        public void readable() {
            ByteBuffer in = connection.loop().readScratch().clear();
            int count = connection.read(in);
            if (count == Transport.BROKEN) connection.close(CloseReason.RESET);
            else if (count == Transport.END) connection.finish(CloseReason.PEER_LEFT);
            else answer(in.flip());
        }

        private void answer(ByteBuffer in) {
            reads.add(in.remaining());
            if (!in.hasRemaining()) return;
            connection.deadline(connection.loop().nowNanos() + IDLE.toNanos());
            Objects.requireNonNull(connection.output().scratch(in.remaining())).put(in);
        }

        @Override
        public void timedOut() {
            timedOutNanos = connection.loop().nowNanos();
            connection.finish(CloseReason.TIMED_OUT);
        }

        @Override
        public void closing(CloseReason reason) {
            end = reason;
        }
    }

    /// Code under test that connects, and what it was told.
    static final class Asking implements ConnectAttempt.Listener {
        ConnectAttempt connecting;

        @Nullable
        String failed;

        int answers;
        private @Nullable Transport made;

        @SuppressWarnings("this-escape") // Why: nothing is told before the loop is turned.
        private Asking(SimNetwork network, Endpoint address) {
            connecting = network.connect(address, network.group().loops().getFirst(), this);
        }

        static Asking at(SimNetwork network, Endpoint address) {
            return new Asking(network, address);
        }

        Transport made() {
            return Objects.requireNonNull(made, "nothing was made");
        }

        int write(String text) {
            ByteBuffer block = ByteBuffer.allocateDirect(text.length());
            return made().write(block.put(text.getBytes(StandardCharsets.ISO_8859_1))
                    .flip());
        }

        @Override
        public void connected(Transport transport) {
            answers++;
            made = transport;
        }

        @Override
        public void connectFailed(String why) {
            answers++;
            failed = why;
        }
    }
}
