package dev.weir.message;

import static dev.weir.message.MessageScene.BLOCK;
import static dev.weir.message.MessageScene.messages;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.AcceptingServer;
import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionRole;
import dev.weir.connection.ConnectionState;
import dev.weir.connection.Connections;
import dev.weir.memory.AssemblyShare;
import dev.weir.memory.wait.FairBy;
import dev.weir.testing.Balanced;
import dev.weir.testing.Hoard;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.testing.sim.net.SimPeer;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Transport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Proves what happens while a receiver holds a message, ends its connection in the middle of one, or throws.
@Balanced
final class HeldMessagesTest {
    private static final int MESSAGE = 3 * BLOCK;
    private static final int PORT = 7000;
    private static final int CROWD = 6;

    /// As few blocks as messages of three can be planned with, and room for all that a peer wants to send.
    private static final Shape LEAST =
            Shape.SMALL.withBlocks(27).withPipeBytes(64 * 1024).withWholeMessages(MESSAGE);

    private final Hoard hoard = new Hoard();

    private static AcceptingServer serving(Scene scene, Shape shape) {
        return new AcceptingServer(scene.inMemory(shape), one -> new HoldingReceiver(one, MESSAGE));
    }

    private static void end(AcceptingServer serving, RawPeer... peers) {
        for (RawPeer peer : peers) peer.close();
        serving.loops.turnUntilQuiet();
        serving.close();
    }

    private static HoldingReceiver talk(AcceptingServer serving) {
        return (HoldingReceiver) serving.last().conversation();
    }

    /// One client with a short message and a long one behind it.
    private static final class Sender {
        final RawPeer peer;
        final HoldingReceiver talk;
        private final byte[] sends;
        private int sent;

        Sender(AcceptingServer serving, int number) {
            peer = serving.dial();
            talk = talk(serving);
            sends = messages(number, 100, 200, MESSAGE);
        }

        int send() {
            int before = sent;
            while (sent < sends.length) {
                int count = peer.trySend(sends, sent);
                if (count <= 0) break;
                sent += count;
            }
            return sent - before;
        }
    }

    @Test
    void aHeldMessageRefusesAForeignThread(Scene scene) throws InterruptedException {
        AcceptingServer serving = serving(scene, LEAST);
        Sender sender = new Sender(serving, 1);
        sender.send();
        serving.loops.turnUntilQuiet();
        WholeMessage kept = Objects.requireNonNull(sender.talk.kept);
        var calls = List.<Runnable>of(
                kept::isHeld,
                kept::length,
                kept::parts,
                () -> kept.part(0),
                kept::release,
                sender.talk.messages::close);
        var refusals = new ArrayList<String>();
        Thread stranger = Thread.ofPlatform().name("a stranger").start(() -> {
            for (Runnable call : calls) {
                try {
                    call.run();
                    refusals.add("none");
                } catch (IllegalStateException refusal) {
                    refusals.add(String.valueOf(refusal.getMessage()));
                }
            }
        });
        stranger.join();

        assertThat(refusals).hasSize(calls.size()).allMatch(one -> one.startsWith("used on thread a stranger, but"));
        assertThat(kept.isHeld()).isTrue();
        sender.peer.close();
        serving.close();
    }

    @Test
    void holdingShortMessagesBeforeLongOnesStaysWithinTheShare(Scene scene) {
        AcceptingServer serving = serving(scene, LEAST);
        AssemblyShare share = serving.loops.pool().assembly();
        int most = serving.loops.group().budget().plan().assemblyBlocks();
        var senders = new ArrayList<Sender>();
        for (int i = 0; i < 20; i++) {
            var one = new Sender(serving, i);
            senders.add(one);
            one.send();
            serving.loops.turnUntilQuiet();
            assertThat(share.blocksUsed()).isLessThanOrEqualTo(most);
        }
        assertThat(senders).allMatch(one -> one.talk.kept != null);

        int idle = 0;
        while (!senders.stream().allMatch(one -> one.talk.count == 3 && one.talk.kept == null)) {
            int moved = 0;
            for (Sender one : senders) {
                if (one.talk.kept != null) moved++;
                one.talk.giveBack();
                assertThat(share.blocksUsed()).isLessThanOrEqualTo(most);
            }
            for (Sender one : senders) moved += one.send();
            serving.loops.turnUntilQuiet();
            assertThat(share.blocksUsed()).isLessThanOrEqualTo(most);
            idle = moved == 0 ? idle + 1 : 0;
            assertThat(idle).as("rounds in which nothing moved").isLessThan(5);
        }

        assertThat(share.blocksUsed()).isZero();
        assertThat(serving.loops.pool().buffersLive()).isZero();
        end(serving, senders.stream().map(one -> one.peer).toArray(RawPeer[]::new));
    }

    @Test
    void blocksCountedBehindAHeldMessageAreReleasedWithItsConnection(Scene scene) {
        AcceptingServer serving = serving(scene, LEAST);
        AssemblyShare share = serving.loops.pool().assembly();
        var one = new Sender(serving, 1);
        one.send();
        serving.loops.turnUntilQuiet();
        assertThat(share.blocksUsed()).isOne();

        one.talk.giveBack();
        assertThat(share.blocksUsed()).as("behind the second short one").isOne();
        serving.last().close(CloseReason.CLOSED);

        assertThat(share.blocksUsed()).isZero();
        assertThat(serving.loops.pool().buffersLive()).isZero();
        end(serving, one.peer);
    }

    @Test
    void aReceiverThatThrowsAfterAWaitForABlockEndsItsConnection(Scene scene) {
        AcceptingServer serving = serving(scene, LEAST);
        hoard.takeOfNewWork(serving.loops.pool());
        RawPeer peer = serving.dial();
        HoldingReceiver talk = talk(serving);
        talk.onWhole = message -> {
            throw new IllegalArgumentException("the receiver broke");
        };
        peer.send(messages(1, 100));
        serving.loops.turnUntilQuiet();
        assertThat(talk.messages.isWaiting()).isTrue();

        hoard.release();
        serving.loops.turnUntilQuiet();

        requireBroken(talk);
        end(serving, peer);
    }

    @Test
    void aReceiverThatThrowsInItsTurnEndsItsConnection(Scene scene) {
        AcceptingServer serving = serving(scene, LEAST);
        hoard.takeOfNewWork(serving.loops.pool());
        hoard.releaseOne();
        hoard.releaseOne();
        var peers = new ArrayList<RawPeer>();
        byte[] sends = messages(1, BLOCK + 100);
        for (int i = 0; i < 2; i++) {
            peers.add(serving.dial());
            peers.get(i).send(Arrays.copyOf(sends, BLOCK));
            serving.loops.turnUntilQuiet();
        }
        for (RawPeer peer : peers) {
            peer.send(Arrays.copyOfRange(sends, BLOCK, sends.length));
            serving.loops.turnUntilQuiet();
        }
        HoldingReceiver second = talk(serving);
        assertThat(second.messages.isWaiting()).isTrue();
        assertThat(serving.loops.pool().assembly().stopped()).isOne();
        second.onWhole = message -> {
            throw new IllegalArgumentException("the receiver broke");
        };

        hoard.release();
        serving.loops.turnUntilQuiet();

        requireBroken(second);
        end(serving, peers.toArray(RawPeer[]::new));
    }

    @Test
    void aReceiverThatThrowsAfterAReleaseEndsItsConnection(Scene scene) {
        AcceptingServer serving = serving(scene, LEAST);
        RawPeer peer = serving.dial();
        HoldingReceiver talk = talk(serving);
        peer.send(messages(1, 100, 200));
        serving.loops.turnUntilQuiet();
        talk.onWhole = message -> {
            throw new IllegalArgumentException("the receiver broke");
        };

        talk.giveBack();
        serving.loops.turnUntilQuiet();

        requireBroken(talk);
        assertThat(serving.loops.pool().buffersLive()).isZero();
        end(serving, peer);
    }

    private static void requireBroken(HoldingReceiver talk) {
        assertThat(talk.count).isPositive();
        assertThat(talk.connection.state()).isEqualTo(ConnectionState.CLOSED);
        assertThat(talk.told).contains("closing BROKEN");
        assertThat(talk.heldBytes()).isZero();
    }

    @Test
    void messageSendersTakeTurnsByClientAddress(Scene scene) {
        SimNetwork network = scene.simulated(LEAST.withFairBy(FairBy.ADDRESS));
        Connections connections = Connections.of(network.group());
        var talks = new ArrayList<HoldingReceiver>();
        var order = new ArrayList<Integer>();
        hoard.takeOfNewWork(network.group().budget().pool());
        var loop = network.group().loops().getFirst();
        Acceptor acceptor = network.listen(Endpoint.loopback(PORT), CROWD + 1, loop, new Acceptor.Listener() {
            @Override
            public void accepted(Transport transport) {
                int number = talks.size();
                var opening = new Connection.Opening(ConnectionRole.downstream("held"), transport, one -> {
                    var talk = new HoldingReceiver(one, MESSAGE);
                    talks.add(talk);
                    talk.onWhole = message -> {
                        order.add(number);
                        message.release();
                    };
                    return talk;
                });
                Connection.open(connections, loop, opening);
            }

            @Override
            public void acceptFailed(String why) {
                throw new AssertionError(why);
            }
        });
        byte[] sends = messages(1, 100);
        var peers = new ArrayList<SimPeer>();
        for (int i = 0; i <= CROWD; i++) {
            SimPeer peer = Objects.requireNonNull(network.dial(PORT, i < CROWD ? "127.0.0.2" : "127.0.0.3"));
            peers.add(peer);
            network.settle();
            peer.send(sends, 0, sends.length);
            network.settle();
        }
        assertThat(order).isEmpty();

        hoard.releaseOne();
        network.settle();

        assertThat(order).hasSize(CROWD + 1);
        assertThat(order.indexOf(CROWD)).as("behind how many of another client").isLessThan(3);
        hoard.release();
        peers.forEach(SimPeer::close);
        acceptor.close();
        talks.forEach(one -> one.connection.close(CloseReason.CLOSED));
        network.settle();
    }

    @Test
    void finishingInAMessageEndsDeliveryAndHoldsNothingWhileLingering(Scene scene) {
        for (int behind : new int[] {200, MESSAGE}) {
            AcceptingServer serving = serving(scene, LEAST);
            RawPeer peer = serving.dial();
            HoldingReceiver talk = talk(serving);
            talk.onWhole = message -> {
                talk.connection.finish(CloseReason.CLOSED);
                message.release();
            };
            peer.trySend(messages(1, 100, 300, behind), 0);
            serving.loops.turnUntilQuiet();

            assertThat(talk.count).isOne();
            assertThat(talk.connection.state()).isEqualTo(ConnectionState.DRAINING);
            assertThat(talk.heldBytes()).isZero();
            assertThat(serving.loops.pool().buffersLive()).isZero();
            end(serving, peer);
        }
    }

    @Test
    void finishingInAMessageDeliveredByAReleaseStopsWatchingInput(Scene scene) {
        AcceptingServer serving = serving(scene, LEAST);
        RawPeer peer = serving.dial();
        HoldingReceiver talk = talk(serving);
        peer.send(messages(1, 100, 200, 300));
        serving.loops.turnUntilQuiet();
        talk.onWhole = message -> {
            talk.connection.finish(CloseReason.CLOSED);
            message.release();
        };

        talk.giveBack();

        assertThat(talk.count).isEqualTo(2);
        assertThat(talk.heldBytes()).isZero();
        talk.connection.resumeInput();
        assertThat(talk.connection.wasQuiet()).isFalse();
        end(serving, peer);
    }
}
