package dev.weir.gateway.tcp;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Connections;
import dev.weir.http.server.Door;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.pool.ConnectionCache;
import dev.weir.runtime.Drainable;
import dev.weir.time.Deadline;
import dev.weir.transport.Network;
import dev.weir.transport.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Listens on one address and joins each connection to an origin of one upstream.
///
/// **Owns:** its acceptor, its connections on both sides.
/// **Threads:** thread-safe.
/// **Waits:** [#open], [#drain] and [#abort] wait for the loop they have to ask.
/// **Limits:** those of its [TcpSettings]; each connection holds at most one block for each direction, and
/// none while nothing moves.
/// **Fails:** an address that cannot be had makes [#open] throw [dev.weir.transport.TransportException]; more
/// connections than the plan has left, [IllegalArgumentException]. A client for whom no origin can be reached is
/// reset.
public final class TcpServer {
    private final Connections connections;
    private final TcpSettings settings;
    private final ConnectionCache cache;
    private final List<RelayTally> tallies;
    private final Consumer<String> acceptFailed;
    private final Door door;
    private final String label;
    private volatile InetSocketAddress local;

    private TcpServer(
            Connections connections, ConnectionCache cache, TcpSettings settings, Consumer<String> acceptFailed) {
        this.connections = connections;
        this.settings = settings;
        this.acceptFailed = acceptFailed;
        this.cache = cache;
        this.local = settings.address();
        this.label = "downstream " + settings.name();
        List<EventLoop> loops = connections.group().loops();
        this.tallies = Stream.generate(RelayTally::new).limit(loops.size()).toList();
        this.door = new Door(
                connections,
                loops.getFirst(),
                settings.beyond(),
                settings.connectionsMax(),
                guests(),
                settings.claim(cache.borrowersMax()));
    }

    /// Opens a server over the loops of `connections`.
    ///
    /// @param cache where the origins' connections come from, lent; others may borrow from it too
    /// @param acceptFailed told on the loop when accepting fails and pauses, with what the system said
    public static TcpServer open(
            Connections connections,
            Network network,
            ConnectionCache cache,
            TcpSettings settings,
            Consumer<String> acceptFailed) {
        var server = new TcpServer(connections, cache, settings, acceptFailed);
        LoopGroup group = connections.group();
        try {
            server.local = group.call(server.door.loop(), () -> server.door.open(network, settings.address()));
            return server;
        } catch (RuntimeException | Error failure) {
            // Why: a loop that answers too late would open it for nobody.
            server.drain();
            throw failure;
        }
    }

    /// Where it listens, with the port the kernel chose if none was asked for.
    public InetSocketAddress local() {
        return local;
    }

    /// What it was opened with.
    public TcpSettings settings() {
        return settings;
    }

    /// Clients it has now.
    public int connections() {
        return door.inside();
    }

    /// How much of `what` was counted until now.
    public long count(RelayCount what) {
        long sum = 0;
        for (RelayTally tally : tallies) sum += tally.of(what);
        return sum;
    }

    /// The connections to the origins.
    public ConnectionCache cache() {
        return cache;
    }

    /// Accepts no more; what is joined or asks for an origin goes on. [#connections] tells when all have left.
    public void drain() {
        connections.group().tell(door.loop(), door::close);
    }

    /// Accepts no more and resets every connection it still has, those that wait for an origin included. Returns when
    /// that is under way.
    public void abort() {
        drain();
        connections.visit(roster -> roster.forEach(one -> {
            if (one.conversation() instanceof Relay relay && relay.isOf(this)) one.abort(CloseReason.CLOSED);
        }));
    }

    /// How it ends with its runtime: relays go on until their peers end them, or the deadline does.
    public Drainable ending() {
        return new Drainable() {
            @Override
            public void drain(Deadline deadline) {
                TcpServer.this.drain();
            }

            @Override
            public boolean isDrained() {
                return door.isEmpty();
            }

            @Override
            public boolean owns(Connection connection) {
                return connection.conversation() instanceof Relay relay && relay.isOf(TcpServer.this);
            }

            @Override
            public void abort() {
                TcpServer.this.abort();
            }
        };
    }

    long idleNanos() {
        return settings.idle().toNanos();
    }

    void connectionEnded() {
        door.leave();
    }

    private Door.Guests guests() {
        return new Door.Guests() {
            @Override
            public void arrived(Transport transport, EventLoop loop) {
                admit(transport, loop);
            }

            @Override
            public void refused(Transport transport) {
                tallies.get(door.loop().index()).add(RelayCount.REFUSED, 1);
                transport.abort();
                door.refusalEnded();
            }

            @Override
            public void acceptFailed(String why) {
                acceptFailed.accept(why);
            }
        };
    }

    private void admit(Transport transport, EventLoop loop) {
        RelayTally tally = tallies.get(loop.index());
        var made = new ArrayList<Relay>(1);
        try {
            var opening = new Connection.Opening(label, transport, client -> {
                made.add(new Relay(this, tally, client));
                return made.getFirst();
            });
            Connection.open(connections, loop, opening);
        } catch (RuntimeException | Error failure) {
            // Why: a relay that was made leaves by its end; without one nobody knows that it was counted.
            if (made.isEmpty()) door.leave();
            throw failure;
        }
        made.getFirst().start();
    }
}
