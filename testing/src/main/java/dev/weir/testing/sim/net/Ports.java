package dev.weir.testing.sim.net;

import dev.weir.testing.sim.seed.Conditions;
import dev.weir.transport.Endpoint;
import dev.weir.transport.TransportException;
import java.io.IOException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The ports of a network: the listeners, and how the two ends of a connection are joined.
///
/// **Threads:** confined to its world.
final class Ports {
    static final int FIRST = 40_000;
    static final Endpoint HERE = Endpoint.loopback(0);

    private final Conditions conditions;
    private final Traffic traffic;
    private final Descriptors descriptors;
    private final int pipeBytes;
    private final TreeMap<Integer, Listening> listening = new TreeMap<>();
    private int next = FIRST;

    /// A listener at a port.
    interface Listening {
        /// Takes the far end of a new connection; false when there is no room for it.
        boolean offer(SimEnd far);

        /// Nanoseconds until it wants to be checked again.
        default long nextNanos(long now) {
            return Long.MAX_VALUE;
        }
    }

    /// @param pipeBytes how many bytes one direction of a connection holds
    Ports(Conditions conditions, Traffic traffic, Descriptors descriptors, int pipeBytes) {
        this.conditions = conditions;
        this.traffic = traffic;
        this.descriptors = descriptors;
        this.pipeBytes = pipeBytes;
    }

    Conditions conditions() {
        return conditions;
    }

    Descriptors descriptors() {
        return descriptors;
    }

    static Endpoint at(int port) {
        return HERE.withPort(port);
    }

    /// @return `port`, or the next free one when it is 0
    /// @throws TransportException when somebody listens there already
    int free(int port) {
        int chosen = port == 0 ? next++ : port;
        if (listening.containsKey(chosen)) {
            throw new TransportException("cannot listen on port " + chosen, new IOException("Address already in use"));
        }
        return chosen;
    }

    void listen(int port, Listening who) {
        listening.put(port, who);
    }

    /// Stops listening at `port`: connections are refused.
    void shut(int port) {
        listening.remove(port);
    }

    /// Connects to the listener at `port`.
    ///
    /// @param from the address of the connecting side
    /// @return the near end; null when nobody listens or the backlog is full
    @Nullable
    SimEnd join(int port, Endpoint from) {
        Listening there = listening.get(port);
        if (there == null) return null;
        Endpoint here = from.withPort(next++);
        Endpoint target = at(port);
        var near = new SimEnd(traffic, descriptors, here, target);
        var far = new SimEnd(traffic, descriptors, target, here);
        near.join(far, pipeBytes);
        conditions.trace().note("joined", port, here.port());
        return there.offer(far) ? near : null;
    }

    /// Nanoseconds until somebody who listens wants to look again by himself.
    long nextNanos(long now) {
        long nanos = Long.MAX_VALUE;
        for (Listening place : listening.values()) nanos = Math.min(nanos, place.nextNanos(now));
        return nanos;
    }
}
