package dev.weir.testing.sim.net;

import dev.weir.transport.Endpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A scripted listener in place of a server: it accepts connections, refuses them, or does not answer.
///
/// **Threads:** confined to its world.
/// **Waits:** never waits.
public final class SimDoor {
    private final NetworkWorld world;
    private final Ports ports;
    private final Endpoint address;
    private final ArrayDeque<SimPeer> came = new ArrayDeque<>();
    private final List<SimConnectAttempt> unanswered = new ArrayList<>();
    private Mode mode = Mode.OPEN;

    private enum Mode {
        OPEN,
        REFUSING,
        SILENT,
        LATE
    }

    SimDoor(NetworkWorld world, Ports ports, Endpoint address) {
        this.world = world;
        this.ports = ports;
        this.address = address;
    }

    /// Where to connect to.
    public Endpoint address() {
        return address;
    }

    /// The next connection.
    ///
    /// @return this end of the connection
    /// @throws AssertionError when nobody connects and nothing is left to do
    public SimPeer accept() {
        world.settle();
        SimPeer next = came.poll();
        if (next == null) throw new AssertionError("nobody connected to " + address);
        return next;
    }

    /// The number of connections that were not accepted yet.
    public int waiting() {
        return came.size();
    }

    /// Accepts connections, as at the beginning; unanswered attempts are answered now.
    public SimDoor open() {
        mode = Mode.OPEN;
        var now = List.copyOf(unanswered);
        unanswered.clear();
        for (SimConnectAttempt attempt : now) {
            if (attempt.isMade()) attempt.answerNow();
            else attempt.answer(joined());
        }
        return this;
    }

    /// Refuses connections.
    public SimDoor refuse() {
        mode = Mode.REFUSING;
        return this;
    }

    /// Does not answer attempts to connect: a black hole.
    public SimDoor silence() {
        mode = Mode.SILENT;
        return this;
    }

    /// Accepts connections, but the answer does not arrive: when the attempt is cancelled, this side sees a
    /// connection that breaks.
    public SimDoor late() {
        mode = Mode.LATE;
        return this;
    }

    void arrived(SimPeer peer) {
        came.add(peer);
    }

    void forget(SimConnectAttempt attempt) {
        unanswered.remove(attempt);
    }

    int answer(SimConnectAttempt attempt) {
        switch (mode) {
            case OPEN -> attempt.answer(joined());
            case REFUSING -> attempt.answer(null);
            case LATE -> {
                attempt.setFarEnd(joined());
                unanswered.add(attempt);
            }
            case SILENT -> unanswered.add(attempt);
        }
        return 1;
    }

    private @Nullable SimEnd joined() {
        return ports.join(address.port(), Ports.HERE);
    }
}
