package dev.weir.testing.sim.net;

import dev.weir.testing.sim.seed.Fault;
import dev.weir.testing.sim.seed.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Weir's unanswered attempts to connect, and the scripted doors that answer them.
///
/// **Threads:** confined to its world.
final class PendingConnects {
    private final Ports ports;
    private final TreeMap<Integer, SimDoor> doors = new TreeMap<>();
    private final List<SimConnectAttempt> attempts = new ArrayList<>();

    PendingConnects(Ports ports) {
        this.ports = ports;
    }

    Descriptors descriptors() {
        return ports.descriptors();
    }

    void add(int port, SimDoor door) {
        doors.put(port, door);
    }

    void add(SimConnectAttempt attempt) {
        attempts.add(attempt);
    }

    /// How many wait for an answer.
    int size() {
        return attempts.size();
    }

    void forget(SimConnectAttempt attempt) {
        attempts.remove(attempt);
        SimDoor door = doors.get(attempt.peer().port());
        if (door != null) door.forget(attempt);
    }

    /// Answers one.
    ///
    /// @param at an index below [#size]
    /// @return how much was done
    int answer(int at) {
        SimConnectAttempt attempt = attempts.get(at);
        Faults faults = ports.conditions().faults();
        if (attempt.isUnanswered && !faults.isHealed()) return 0;
        attempts.remove(attempt);
        boolean refused = faults.strikes(Fault.CONNECT_REFUSED);
        // Why: one of three such attempts fails on this side already.
        if (refused && faults.below(3) == 0) attempt.isOutOfDescriptors = true;
        SimDoor door = doors.get(attempt.peer().port());
        if (door != null && !refused) return door.answer(attempt);
        attempt.answer(refused ? null : ports.join(attempt.peer().port(), Ports.HERE));
        return 1;
    }
}
