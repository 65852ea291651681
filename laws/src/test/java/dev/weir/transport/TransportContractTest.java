package dev.weir.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ledger.Kind;
import dev.weir.testing.Balanced;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves that TCP and the network of pipes keep the same contract. Every test runs over both, both ends
/// ours and turned by hand.
@Balanced
@ParameterizedClass
@EnumSource
final class TransportContractTest {
    /// The network of a test.
    enum Over {
        TCP,
        MEMORY
    }

    private final Over over;

    TransportContractTest(Over over) {
        this.over = over;
    }

    private ManualLoops loops(Scene scene, Shape shape) {
        return over == Over.TCP ? scene.tcpByHand(shape) : scene.inMemory(shape);
    }

    /// One end that records its callbacks.
    private static final class End implements ReadinessListener {
        final Transport transport;
        boolean readable;
        boolean writable;

        End(Transport transport, ManualLoops loops) {
            this.transport = transport;
            transport.attach(loops.loop(), this);
        }

        @Override
        public void ready(boolean canRead, boolean canWrite) {
            readable |= canRead;
            writable |= canWrite;
            transport.interest(false, false);
        }

        int read(ManualLoops loops, ByteBuffer block) {
            readable = false;
            transport.interest(true, false);
            loops.turnUntil(() -> readable);
            return transport.read(block);
        }
    }

    private static final class Listening implements Acceptor.Listener {
        final List<Transport> accepted = new ArrayList<>();

        @Override
        public void accepted(Transport transport) {
            accepted.add(transport);
        }

        @Override
        public void acceptFailed(String why) {
            throw new AssertionError(why);
        }
    }

    private static final class Attempt implements ConnectAttempt.Listener {
        @Nullable
        Transport transport;

        @Nullable
        String why;

        @Override
        public void connected(Transport connected) {
            transport = connected;
        }

        @Override
        public void connectFailed(String said) {
            why = said;
        }
    }

    private record Pair(ManualLoops loops, End near, End far) {
        void close() {
            near.transport.close();
            far.transport.close();
            loops.turnUntilQuiet();
        }
    }

    private Pair pair(Scene scene) {
        return pair(loops(scene, Shape.SMALL.withPipeBytes(4096).withLoops(2)));
    }

    private static Pair pair(ManualLoops loops) {
        var listening = new Listening();
        var acceptor = loops.network().listen(Scene.ANY_PORT, 8, loops.loop(), listening);
        var attempt = new Attempt();
        loops.network().connect(acceptor.local(), loops.loop(), attempt);
        assertThat(attempt.transport).as("told before connect() returned").isNull();
        loops.turnUntil(() -> attempt.transport != null && !listening.accepted.isEmpty());
        acceptor.close();
        loops.turnUntilQuiet();
        var near = java.util.Objects.requireNonNull(attempt.transport);
        return new Pair(loops, new End(near, loops), new End(listening.accepted.getFirst(), loops));
    }

    private static ByteBuffer block(int bytes) {
        return ByteBuffer.allocateDirect(bytes);
    }

    private static ByteBuffer text(String text) {
        return block(text.length())
                .put(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                .flip();
    }

    @Test
    void bytesGoBothWaysAndBothEndsKnowTheirAddresses(Scene scene) {
        var pair = pair(scene);
        var block = block(100);

        assertThat(pair.near().transport.write(text("ping"))).isEqualTo(4);
        assertThat(pair.far().read(pair.loops(), block)).isEqualTo(4);
        assertThat(pair.far().transport.write(text("pong!"))).isEqualTo(5);
        assertThat(pair.near().read(pair.loops(), block)).isEqualTo(5);

        assertThat(pair.near().transport.read(block)).isZero();
        assertThat(pair.near().transport.peer().port())
                .isEqualTo(pair.far().transport.local().port());
        assertThat(pair.far().transport.peer().port())
                .isEqualTo(pair.near().transport.local().port());
        pair.close();
    }

    @Test
    void connectingWithoutAListenerIsRefused(Scene scene) {
        var loops = loops(scene, Shape.SMALL);
        var gone = loops.network().listen(Scene.ANY_PORT, 1, loops.loop(), new Listening());
        Endpoint address = gone.local();
        gone.close();
        loops.turnUntilQuiet();
        var attempt = new Attempt();

        loops.network().connect(address, loops.loop(), attempt);
        loops.turnUntil(() -> attempt.why != null);

        assertThat(attempt.why).contains("refused");
        loops.turnUntilQuiet();
        assertThat(scene.ledger().balance().live(Kind.SOCKET)).isEqualTo(over == Over.TCP ? 1 : 0);
    }

    @Test
    void aCancelledAttemptReportsNothing(Scene scene) {
        var loops = loops(scene, Shape.SMALL);
        var listening = new Listening();
        var acceptor = loops.network().listen(Scene.ANY_PORT, 8, loops.loop(), listening);
        var attempt = new Attempt();

        var connecting = loops.network().connect(acceptor.local(), loops.loop(), attempt);
        connecting.cancel();
        connecting.cancel();
        loops.turnUntilQuiet();

        assertThat(attempt.transport).isNull();
        assertThat(attempt.why).isNull();
        listening.accepted.forEach(Transport::close);
        acceptor.close();
    }

    @Test
    void anAddressInUseIsRefusedAndNamed(Scene scene) {
        var loops = loops(scene, Shape.SMALL);
        var acceptor = loops.network().listen(Scene.ANY_PORT, 8, loops.loop(), new Listening());

        assertThatThrownBy(() -> loops.network().listen(acceptor.local(), 8, loops.loop(), new Listening()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("cannot listen on")
                .hasMessageContaining("" + acceptor.local().port());
        acceptor.close();
    }

    @Test
    void aPausedAcceptorLeavesTheBacklogWaiting(Scene scene) {
        var loops = loops(scene, Shape.SMALL);
        var listening = new Listening();
        var acceptor = loops.network().listen(Scene.ANY_PORT, 8, loops.loop(), listening);
        acceptor.pause();

        try (var peer = loops.dial(acceptor.local())) {
            peer.send("x");
            loops.turnUntilQuiet();
            assertThat(listening.accepted).isEmpty();
            acceptor.resume();
            loops.turnUntil(() -> !listening.accepted.isEmpty());
        }
        listening.accepted.forEach(Transport::close);
        acceptor.close();
    }

    @Test
    void aFullPathTakesPartAndReportsWhenThereIsRoom(Scene scene) {
        var pair = pair(scene);
        int sent = 0;
        var block = block(1 << 20);
        for (int count = -1; count != 0; ) {
            block.clear();
            count = pair.near().transport.write(block);
            assertThat(count).isNotNegative();
            sent += count;
            if (count == 0) pair.loops().turn();
        }
        pair.near().transport.interest(false, true);
        pair.loops().turnUntilQuiet();
        if (over == Over.MEMORY) assertThat(pair.near().writable).isFalse();

        int got = 0;
        while (got < sent) {
            block.clear();
            int count = pair.far().read(pair.loops(), block);
            assertThat(count).isPositive();
            got += count;
        }
        pair.near().transport.interest(false, true);
        pair.loops().turnUntil(() -> pair.near().writable);

        assertThat(got).isEqualTo(sent);
        pair.close();
    }

    @Test
    void aProbeFindsAResetBehindUnreadBytesAndAnUnreadEnd(Scene scene) {
        var pair = pair(scene);
        pair.far().transport.write(text("unread"));
        pair.loops().turnUntilQuiet();
        pair.near().transport.probe();
        pair.loops().turnUntilQuiet();
        assertThat(pair.near().transport.isReset()).isFalse();
        assertThat(pair.near().readable || pair.near().writable)
                .as("told of a path that is well")
                .isFalse();

        pair.far().transport.shutdownOutput();
        pair.loops().turnUntilQuiet();
        pair.near().transport.probe();
        pair.loops().turnUntilQuiet();
        assertThat(pair.near().transport.isReset()).as("an end is no reset").isFalse();

        pair.far().transport.abort();
        pair.loops().turnUntilQuiet();
        pair.near().transport.probe();
        pair.loops().turnUntil(() -> pair.near().transport.isReset());
        pair.close();
    }

    @Test
    void aProbeDoesNotChangeTheInterest(Scene scene) {
        var pair = pair(scene);
        pair.near().transport.probe();
        pair.near().transport.interest(true, false);
        pair.loops().turnUntilQuiet();
        pair.far().transport.write(text("x"));
        pair.loops().turnUntil(() -> pair.near().readable);
        pair.near().transport.interest(true, false);
        pair.near().readable = false;
        pair.near().transport.probe();
        pair.loops().turnUntil(() -> pair.near().readable);
        assertThat(pair.near().transport.isReset()).isFalse();
        pair.close();
    }

    @Test
    void aHalfCloseEndsOneDirectionOnly(Scene scene) {
        var pair = pair(scene);
        pair.near().transport.write(text("last words"));
        pair.near().transport.shutdownOutput();
        var block = block(100);

        assertThat(pair.far().read(pair.loops(), block)).isEqualTo(10);
        assertThat(pair.far().read(pair.loops(), block)).isEqualTo(Transport.END);
        assertThat(pair.far().transport.write(text("still here"))).isEqualTo(10);
        assertThat(pair.near().read(pair.loops(), block)).isEqualTo(10);
        pair.close();
    }

    @Test
    void anOrderlyCloseIsAnEnd(Scene scene) {
        var pair = pair(scene);
        pair.near().transport.write(text("bye"));
        pair.near().transport.close();
        var block = block(100);

        assertThat(pair.far().read(pair.loops(), block)).isEqualTo(3);
        assertThat(pair.far().read(pair.loops(), block)).isEqualTo(Transport.END);
        pair.close();
    }

    @Test
    void anAbortIsAReset(Scene scene) {
        var pair = pair(scene);
        pair.near().transport.abort();

        assertThat(pair.far().read(pair.loops(), block(100))).isEqualTo(Transport.BROKEN);
        assertThat(pair.far().transport.write(text("x"))).isEqualTo(Transport.BROKEN);
        pair.close();
    }

    @Test
    void aCloseWithUnreadInputIsAReset(Scene scene) {
        var pair = pair(scene);
        pair.far().transport.write(text("never read"));
        pair.near().transport.interest(true, false);
        pair.loops().turnUntil(() -> pair.near().readable);
        pair.near().transport.close();
        pair.loops().turnUntilQuiet();

        // Why: the JDK shuts the output of a watched socket before it closes it, so over TCP an end may be read
        // first.
        if (over == Over.MEMORY) {
            assertThat(pair.far().transport.read(block(100))).isEqualTo(Transport.BROKEN);
        }
        assertThat(pair.far().transport.write(text("x"))).isEqualTo(Transport.BROKEN);
        pair.close();
    }

    @Test
    void aClosedTransportReturnsBrokenAndClosesOnce(Scene scene) {
        var pair = pair(scene);
        pair.near().transport.close();
        pair.near().transport.close();
        pair.near().transport.abort();

        assertThat(pair.near().transport.read(block(10))).isEqualTo(Transport.BROKEN);
        assertThat(pair.near().transport.write(text("x"))).isEqualTo(Transport.BROKEN);
        pair.near().transport.shutdownOutput();
        pair.near().transport.interest(true, true);
        pair.close();
    }

    @Test
    void aTransportMovesToAnotherLoopWithItsUnreadBytes(Scene scene) {
        var pair = pair(scene);
        var loops = pair.loops();
        var told = new ArrayList<String>();
        pair.near().transport.write(text("before"));
        pair.far().transport.detach(() -> told.add("left"));
        assertThat(told).isEmpty();
        loops.turnUntil(() -> !told.isEmpty());

        ReadinessListener onTheOther = (readable, writable) -> {
            if (readable) told.add("readable");
            pair.far().transport.interest(false, false);
        };
        pair.far().transport.attach(loops.group().loops().get(1), onTheOther);
        loops.turnUntilQuiet();
        assertThat(told).as("interest begins with nothing").containsExactly("left");
        pair.far().transport.interest(true, false);
        loops.turnUntil(() -> told.size() > 1);

        assertThat(told).containsExactly("left", "readable");
        assertThat(pair.far().transport.read(block(100))).isEqualTo(6);
        assertThatThrownBy(() -> {
                    pair.far().transport.detach(() -> {});
                    pair.far().transport.detach(() -> {});
                })
                .hasMessageContaining("attached to no loop");
        loops.turnUntilQuiet();
        pair.close();
    }
}
