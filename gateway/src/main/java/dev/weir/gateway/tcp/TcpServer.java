package dev.weir.gateway.tcp;

import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.pool.exclusive.ConnectionCache;
import dev.weir.runtime.Weir;
import dev.weir.server.Listening;
import dev.weir.server.Refused;
import dev.weir.server.Service;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Listens on one address and joins each connection to an origin of one upstream.
///
/// **Owns:** its acceptor, its connections on both sides.
/// **Threads:** thread-safe.
/// **Waits:** [#open] waits for the loop it has to ask.
/// **Limits:** those of its [TcpSettings]; each connection holds at most one block for each direction, and
/// none while nothing moves.
/// **Fails:** an address that cannot be had makes [#open] throw [dev.weir.transport.TransportException]; more
/// connections than the plan has left, [IllegalArgumentException]. A client for whom no origin can be reached is
/// reset.
public final class TcpServer {
    private final TcpSettings settings;
    private final ConnectionCache cache;
    private final List<RelayCounters> tallies;
    private final Listening listening;

    private TcpServer(Weir weir, ConnectionCache cache, TcpSettings settings, Consumer<String> acceptFailed) {
        this.settings = settings;
        this.cache = cache;
        this.tallies = Stream.generate(RelayCounters::new)
                .limit(weir.group().loops().size())
                .toList();
        this.listening = Listening.open(weir, settings.listening(cache.borrowersMax()), new Relays(acceptFailed));
    }

    /// Opens a server in `weir`; it ends with it: relays go on until their peers end them, or the deadline does.
    ///
    /// @param cache where the origins' connections come from, lent; others may borrow from it too
    /// @param acceptFailed told on the loop when accepting fails and pauses, with what the system said
    public static TcpServer open(
            Weir weir, ConnectionCache cache, TcpSettings settings, Consumer<String> acceptFailed) {
        return new TcpServer(weir, cache, settings, acceptFailed);
    }

    /// Where it listens, with the port the kernel chose if none was asked for.
    public Endpoint local() {
        return listening.local();
    }

    /// What it was opened with.
    public TcpSettings settings() {
        return settings;
    }

    /// Clients it has now.
    public int connections() {
        return listening.connections();
    }

    /// How much of `what` was counted until now.
    public long count(RelayCounter what) {
        long sum = 0;
        for (RelayCounters tally : tallies) sum += tally.of(what);
        return sum;
    }

    /// The connections to the origins.
    public ConnectionCache cache() {
        return cache;
    }

    /// Accepts no more; what is joined or asks for an origin goes on. [#connections] tells when all have left.
    public void drain() {
        listening.drain(Deadline.NEVER);
    }

    /// Accepts no more and resets every connection it still has, those that wait for an origin included.
    /// Returns when that is under way.
    public void abort() {
        listening.abort();
    }

    long idleNanos() {
        return settings.idle().toNanos();
    }

    /// Joins each that comes in to an origin.
    private final class Relays implements Service {
        private final Consumer<String> acceptFailed;

        Relays(Consumer<String> acceptFailed) {
            this.acceptFailed = acceptFailed;
        }

        @Override
        public Conversation converse(Connection client) {
            return new Relay(TcpServer.this, tallies.get(client.loop().index()), client);
        }

        @Override
        public void refused(Refused one) {
            tallies.get(one.loop().index()).add(RelayCounter.REFUSED, 1);
            one.reset();
        }

        @Override
        public void acceptFailed(String why) {
            acceptFailed.accept(why);
        }
    }
}
