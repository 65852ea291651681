package dev.weir.testing.sim;

import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.testing.sim.net.SimPeer;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.testing.sim.seed.Faults;
import dev.weir.testing.sim.turn.Actor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A simulated origin that answers requests, and misbehaves in every way until the world is healed: it sends
/// byte by byte, freezes, closes, resets, cuts its answers, sends unsolicited ones, goes down and comes up
/// again.
///
/// **Threads:** confined to its world.
public final class SimOrigin implements Actor {
    private static final int AWAY_TURNS = 40;
    private static final int FROZEN_TURNS = 200;

    private final World world;
    private final SimNetwork network;
    private final Protocol protocol;
    private final int port;
    private final List<OriginConnection> connections = new ArrayList<>();
    private int away;

    /// The protocol of an origin.
    public interface Protocol {
        /// The session of a new connection.
        Session newSession();

        /// A complete unsolicited answer, which its recipient must be able to recognize.
        byte[] stray();
    }

    /// The session of one connection.
    public interface Session {
        /// Reads the received bytes.
        ///
        /// @return the next answer; null without another complete request
        byte @Nullable [] answer(SimPeer peer);

        /// Corrupts an answer.
        void corrupt(byte[] answer);

        /// Whether the end of the connection is the end of the last answer.
        boolean endsWithConnection();
    }

    /// An origin that listens at a port of its own.
    public SimOrigin(World world, SimNetwork network, Protocol protocol) {
        this.world = world;
        this.network = network;
        this.protocol = protocol;
        this.port = network.serve(0, this::arrived);
    }

    /// Where it listens.
    public int port() {
        return port;
    }

    private void arrived(SimPeer peer) {
        connections.add(new OriginConnection(peer, protocol.newSession()));
    }

    @Override
    public int act() {
        if (away > 0) return comeBack();
        if (connections.isEmpty()) return 0;
        if (world.faults().strikes(Fault.ORIGIN_RESTARTS, 32)) return die();
        if (!world.faults().isHealed()) return act(world.chance().below(connections.size()));
        int done = 0;
        for (int i = connections.size() - 1; i >= 0; i--) done += act(i);
        return done;
    }

    private int act(int at) {
        OriginConnection talk = connections.get(at);
        int done = talk.act();
        if (talk.peer.hasLeft()) {
            connections.set(at, connections.getLast());
            connections.removeLast();
        }
        return done;
    }

    private int die() {
        network.shut(port);
        for (OriginConnection talk : connections) talk.peer.reset();
        connections.clear();
        away = 1 + world.chance().below(AWAY_TURNS);
        return 1;
    }

    private int comeBack() {
        away = world.faults().isHealed() ? 0 : away - 1;
        if (away == 0) network.serve(port, this::arrived);
        return 1;
    }

    /// One connection.
    private final class OriginConnection {
        private final SimPeer peer;
        private final Session session;
        private byte[] leaving = new byte[0];
        private int left;
        private int frozenTurns;
        private boolean resets;
        private boolean poisoned;

        OriginConnection(SimPeer peer, Session session) {
            this.peer = peer;
            this.session = session;
        }

        int act() {
            Faults faults = world.faults();
            if (frozenTurns > 0 && !faults.isHealed()) {
                frozenTurns--;
                return 0;
            }
            int had = peer.received();
            int has = peer.receive();
            if (peer.isBroken() || (has == 0 && left == leaving.length && peer.hasEnded())) return left(true);
            if (faults.strikes(Fault.PEER_LEAVES, 4)) return leave();
            if (faults.strikes(Fault.PEER_FREEZES, 8)) {
                frozenTurns = 1 + world.chance().below(FROZEN_TURNS);
                return 0;
            }
            if (left < leaving.length) return send() + has - had;
            if (poisoned) return has == 0 ? 0 : left(false);
            if (has == 0 && faults.strikes(Fault.UNSOLICITED_BYTES, 4)) return stray();
            byte[] answer = session.answer(peer);
            // Why: an incomplete request will never be complete now.
            if (answer == null) return peer.hasEnded() ? left(true) : has - had;
            leaving = answer;
            left = 0;
            spoil();
            return 1;
        }

        private int left(boolean orderly) {
            if (orderly) peer.close();
            else peer.reset();
            return 1;
        }

        private int leave() {
            // Why: an orderly end would complete an answer that is delimited by the close.
            boolean cuts = left < leaving.length && session.endsWithConnection();
            if (cuts || world.chance().below(3) == 0) peer.reset();
            else if (world.chance().below(2) == 0) peer.close();
            else peer.endOutput();
            return 1;
        }

        /// Why: after an unsolicited answer requests and answers cannot be matched any more, so it stops answering.
        private int stray() {
            poisoned = true;
            byte[] stray = protocol.stray();
            return Math.max(0, peer.send(stray, 0, stray.length)) + 1;
        }

        private int send() {
            int rest = leaving.length - left;
            int to = world.faults().isHealed()
                    ? leaving.length
                    : left + 1 + world.chance().below(rest);
            int sent = peer.send(leaving, left, to);
            if (sent < 0) return left(true);
            left += sent;
            if (left < leaving.length) return sent;
            if (resets) peer.reset();
            else if (session.endsWithConnection()) peer.close();
            return sent;
        }

        private void spoil() {
            Faults faults = world.faults();
            if (faults.strikes(Fault.CUT_ANSWER)) {
                leaving = Arrays.copyOf(leaving, world.chance().below(leaving.length));
                resets = true;
                if (leaving.length == 0) peer.reset();
            } else if (faults.strikes(Fault.ANSWER_THEN_RESET)) {
                resets = true;
            } else if (faults.strikes(Fault.BROKEN_ANSWER)) {
                session.corrupt(leaving);
                poisoned = true;
            } else if (!session.endsWithConnection() && faults.strikes(Fault.UNSOLICITED_BYTES)) {
                byte[] stray = protocol.stray();
                int length = leaving.length;
                leaving = Arrays.copyOf(leaving, length + stray.length);
                System.arraycopy(stray, 0, leaving, length, stray.length);
                poisoned = true;
            }
        }
    }
}
