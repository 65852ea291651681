package dev.weir.gateway.tcp;

import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.ledger.Counts;
import dev.weir.pool.exclusive.ConnectionCache;
import dev.weir.runtime.Weir;
import dev.weir.server.Listening;
import dev.weir.server.ListeningSettings;
import dev.weir.server.Refused;
import dev.weir.server.Service;
import dev.weir.server.SharedLimit;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Listens on one address and connects each client to an origin of one upstream.
///
/// **Owns:** its acceptor, its connections on both sides.
/// **Threads:** thread-safe.
/// **Waits:** [#open] waits for the loop it has to ask.
/// **Limits:** those of its [TcpSettings]; each connection holds at most one block for each direction, and
/// none while nothing moves.
/// **Fails:** [#open] throws [dev.weir.transport.TransportException] when the address cannot be bound, and
/// [IllegalArgumentException] when the plan has fewer connections left. A client is reset when no origin can be
/// reached.
public final class TcpServer {
    private final TcpSettings settings;
    private final ConnectionCache cache;
    private final List<Counts<RelayCounter>> tallies;
    private final Listening listening;

    private TcpServer(
            Weir weir,
            ConnectionCache cache,
            TcpSettings settings,
            Consumer<String> acceptFailed,
            @Nullable SharedLimit limit) {
        this.settings = settings;
        this.cache = cache;
        this.tallies = Stream.generate(() -> new Counts<>(RelayCounter.class))
                .limit(weir.group().loops().size())
                .toList();
        ListeningSettings listens = settings.listening(cache.borrowersMax());
        var relays = new Relays(acceptFailed);
        this.listening =
                limit == null ? Listening.open(weir, listens, relays) : Listening.open(weir, listens, limit, relays);
    }

    /// Opens a server in `weir` and closes with it: relays go on until their peers end them or the deadline passes.
    ///
    /// @param cache the pool of origin connections, lent; others may borrow from it too
    /// @param acceptFailed called on the loop when accepting fails and pauses, with the system's message
    public static TcpServer open(
            Weir weir, ConnectionCache cache, TcpSettings settings, Consumer<String> acceptFailed) {
        return new TcpServer(weir, cache, settings, acceptFailed, null);
    }

    /// Opens a server in `weir` whose connections are of a limit that other servers share.
    ///
    /// @param cache as above
    /// @param acceptFailed as above
    /// @param limit of the same runtime, lent; [TcpSettings#connectionsMax] is a cap within it
    public static TcpServer open(
            Weir weir, ConnectionCache cache, TcpSettings settings, Consumer<String> acceptFailed, SharedLimit limit) {
        return new TcpServer(weir, cache, settings, acceptFailed, limit);
    }

    /// The address it listens on, with the port that the kernel chose for port 0.
    public Endpoint local() {
        return listening.local();
    }

    /// The settings it was opened with.
    public TcpSettings settings() {
        return settings;
    }

    /// The number of connected clients.
    public int connections() {
        return listening.connections();
    }

    /// The current value of the counter `what`.
    public long count(RelayCounter what) {
        long sum = 0;
        for (Counts<RelayCounter> tally : tallies) sum += tally.of(what);
        return sum;
    }

    /// The connections to the origins.
    public ConnectionCache cache() {
        return cache;
    }

    /// Stops accepting; relays and clients that wait for an origin go on. [#connections] is 0 when all have left.
    public void drain() {
        listening.drain(Deadline.NEVER);
    }

    /// Stops accepting and resets every connection, those that wait for an origin included. Returns when the
    /// resets are under way.
    public void abort() {
        listening.abort();
    }

    long idleNanos() {
        return settings.idle().toNanos();
    }

    /// Starts a relay for each accepted connection.
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
