package dev.weir.testing.sim.net;

import dev.weir.transport.Endpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a script listens in the place of a server: it lets in who connects, refuses, or does not answer.
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

    /// The next who has connected.
    ///
    /// @return this end of the connection
    /// @throws AssertionError when nobody does, although nothing is left to do
    public SimPeer accept() {
        world.settle();
        SimPeer next = came.poll();
        if (next == null) throw new AssertionError("nobody connected to " + address);
        return next;
    }

    /// How many have connected and were not accepted yet.
    public int waiting() {
        return came.size();
    }

    /// Everybody is let in, as at the beginning; who was not answered is answered now.
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

    /// Whoever connects is refused.
    public SimDoor refuse() {
        mode = Mode.REFUSING;
        return this;
    }

    /// Whoever connects hears nothing, and neither does this: a black hole.
    public SimDoor silence() {
        mode = Mode.SILENT;
        return this;
    }

    /// Whoever connects is let in and does not hear of it: when he gives up, this sees a connection that
    /// breaks.
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
