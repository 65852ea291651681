package dev.weir.server;

import dev.weir.connection.ChargeRequest;
import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionOwner;
import dev.weir.connection.ConnectionRole;
import dev.weir.connection.Connections;
import dev.weir.loop.CloseReport;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.runtime.Drainable;
import dev.weir.runtime.Weir;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Transport;
import java.util.List;
import java.util.function.Consumer;

/// An address that accepts connections, and the life of these until the last has ended: accepted, counted,
/// refused beyond the limit, drained, cut. What the connections do is decided by the [Service]. It ends with
/// its runtime, or by [#close].
///
/// **Owns:** its acceptor, its connections, and what these are charged, until the last has left.
/// **Threads:** thread-safe.
/// **Waits:** [#open] waits for the loop it has to ask, and up to 5 s for slabs that have to become empty for
/// what it is charged; [#close] until its deadline.
/// **Limits:** as many connections as its settings say, exactly: they are counted before they are handed to a loop.
/// **Fails:** an address that cannot be had makes [#open] throw [dev.weir.transport.TransportException]; a
/// charge request to more than the plan has left [IllegalArgumentException], which says which number to raise;
/// a runtime that closes [IllegalStateException].
public final class Listening implements Drainable {
    /// Refusals under way at once.
    public static final int REFUSALS_MAX = AcceptGate.REFUSALS_MAX;

    /// What is charged for refusals, as connections: those under way, and as many that have been answered and
    /// linger.
    public static final int REFUSALS_CHARGED = 2 * REFUSALS_MAX;

    private final Weir weir;
    private final Connections connections;
    private final ListeningSettings settings;
    private final Service service;
    private final AcceptGate gate;
    private final ConnectionRole insideRole;
    private final ConnectionRole refusedRole;
    private final ConnectionOwner inside;
    private final ConnectionOwner refused;
    private volatile Endpoint local;
    private volatile boolean draining;
    private volatile boolean aborting;

    private Listening(Weir weir, ListeningSettings settings, SharedLimit limit, Service service) {
        this.weir = weir;
        this.connections = weir.connections();
        this.settings = settings;
        this.service = service;
        this.insideRole = ConnectionRole.downstream(settings.name());
        this.refusedRole = ConnectionRole.refused(settings.name());
        this.local = settings.address();
        EventLoop accepting = weir.group().loops().getFirst();
        this.gate = new AcceptGate(connections, accepting, settings, limit, new Receiver(), service::remedy);
        this.inside = new Counted(gate::leave);
        this.refused = new Counted(gate::refusalEnded);
    }

    /// Begins to listen in `weir`.
    public static Listening open(Weir weir, ListeningSettings settings, Service service) {
        return open(weir, settings, SharedLimit.unshared(), service);
    }

    /// Begins to listen in `weir`, with connections of a limit that other servers share. The limit pays for them;
    /// this takes from the plan what is left of the charge request.
    ///
    /// @param limit of the same runtime, lent: its opener closes it, at any time
    /// @throws IllegalArgumentException when the limit pays less for a connection than the charge request says
    /// @throws IllegalStateException when the limit is closed
    public static Listening open(Weir weir, ListeningSettings settings, SharedLimit limit, Service service) {
        return new Listening(weir, settings, limit, service).start();
    }

    private Listening start() {
        LoopGroup group = weir.group();
        gate.reserve(); // by this thread, since it may wait for slabs
        try {
            local = group.call(gate.loop(), () -> gate.open(weir.network(), settings.address()));
            weir.register(this);
            return this;
        } catch (RuntimeException | Error failure) {
            // Why: a runtime that closes refuses it; a loop that answers too late must not open the door.
            abort();
            if (!group.execute(gate.loop(), gate::close)) gate.giveUp();
            throw failure;
        }
    }

    /// What so many connections are charged, and those that are refused where that is chosen.
    ///
    /// @param who as messages name it: `server http`
    /// @param suffix what the purposes of its own lines in the plan end with; may be empty
    public static ChargeRequest charges(String who, String suffix, Beyond beyond, int connectionsMax) {
        ChargeRequest inside = ChargeRequest.of(who, suffix)
                .with(ChargeRequest.CONNECTIONS, connectionsMax, ChargeRequest.CONNECTION_BYTES);
        return beyond == Beyond.REFUSE
                ? inside.with("refusals", REFUSALS_CHARGED, ChargeRequest.CONNECTION_BYTES)
                : inside;
    }

    /// Where it listens, with the port the kernel chose if none was asked for.
    public Endpoint local() {
        return local;
    }

    /// Connections it has now, those that only linger after their last word included.
    public int connections() {
        return gate.inside() + gate.lingering();
    }

    /// Connections that only linger after their last output. They do not count against
    /// [ListeningSettings#connectionsMax].
    public int lingering() {
        return gate.lingering();
    }

    /// Whether it takes no new connections any more.
    public boolean isDraining() {
        return draining;
    }

    /// Shows each connection to `visitor`, on the connection's own loop; returns at once. Those that are
    /// refused are not among them.
    public void forEach(Consumer<Connection> visitor) {
        for (var roster : connections.rosters()) {
            weir.group().execute(roster.loop(), () -> forEachOn(roster.loop(), visitor));
        }
    }

    /// Shows each connection of `loop`, whose thread this is, to `visitor`.
    public void forEachOn(EventLoop loop, Consumer<Connection> visitor) {
        connections.on(loop).forEach(one -> {
            if (one.owner() == inside) visitor.accept(one);
        });
    }

    /// Ends in order, while the runtime goes on: accepts no more, lets what is in flight finish, and resets what is
    /// left at `deadline`. The runtime does the same with all that is open in it when it is closed.
    ///
    /// @return what was cut and what is left; the balance is of the whole runtime
    /// @throws IllegalStateException when called from a loop or a handler, which would wait for itself; nothing was
    ///     done then
    public CloseReport close(Deadline deadline) {
        return weir.end(this, deadline);
    }

    /// Accepts no more and asks each connection to end in order. Returns when that is under way.
    @Override
    public void drain(Deadline deadline) {
        service.draining(deadline);
        draining = true;
        weir.group().execute(gate.loop(), gate::close);
        forEach(service::drain);
    }

    @Override
    public boolean isDrained() {
        return gate.isEmpty();
    }

    @Override
    public List<String> survivors() {
        if (isDrained()) return List.of();
        return List.of(connections() + " connections at " + local + ", and those that were being refused there");
    }

    @Override
    public boolean owns(Connection connection) {
        return connection.owner() == inside || connection.owner() == refused;
    }

    /// Accepts no more and resets every connection it still has, refusals too. Returns when that is under way.
    @Override
    public void abort() {
        draining = true;
        aborting = true;
        weir.group().execute(gate.loop(), gate::close);
        connections.visit(roster -> roster.forEach(one -> {
            if (owns(one)) one.abort(CloseReason.CLOSED);
        }));
    }

    /// Counts connections that take a place at the gate until they linger or end.
    private final class Counted implements ConnectionOwner {
        private final Runnable leaves;

        Counted(Runnable leaves) {
            this.leaves = leaves;
        }

        @Override
        public void lingeringStarted() {
            gate.lingeringStarted();
            leaves.run();
        }

        @Override
        public void ended() {
            leaves.run();
        }

        @Override
        public void lingeringEnded() {
            gate.lingeringEnded();
        }
    }

    private final class Receiver implements AcceptGate.Receiver {
        @Override
        public void arrived(Transport transport, EventLoop loop) {
            if (aborting) {
                transport.abort();
                gate.leave();
                return;
            }
            Connection _ = Connection.open(
                    connections,
                    loop,
                    new Connection.Opening(insideRole, inside, transport, service::converse, settings.handshakeTime()));
        }

        @Override
        public void refused(Transport transport) {
            service.refused(new Refusing(transport));
        }

        @Override
        public void purge() {
            service.purge(Listening.this);
        }

        @Override
        public void acceptFailed(String why) {
            service.acceptFailed(why);
        }
    }

    private final class Refusing implements Refused {
        private final Transport transport;

        Refusing(Transport transport) {
            this.transport = transport;
        }

        @Override
        public EventLoop loop() {
            return gate.loop();
        }

        @Override
        public void reset() {
            transport.abort();
            gate.refusalEnded();
        }

        @Override
        public void answer(Connection.ConversationFactory farewell) {
            var opening = new Connection.Opening(refusedRole, refused, transport, farewell);
            Connection _ = Connection.open(connections, gate.loop(), opening);
        }
    }
}
