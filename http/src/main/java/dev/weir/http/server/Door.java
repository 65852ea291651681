package dev.weir.http.server;

import dev.weir.connection.Connections;
import dev.weir.connection.Roster;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.time.RarePoint;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Network;
import dev.weir.transport.Transport;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Where connections come in: counted before they are handed on, so that the limit is exact.
///
/// **Owns:** the acceptor.
/// **Threads:** confined to the loop it accepts on, but for [#leave], which any thread may call.
/// **Limits:** as many connections as it was made with; at the limit accepting pauses and the backlog waits.
public final class Door implements Acceptor.Accepted {
    private static final int BACKLOG = 1024;

    private final Connections connections;
    private final EventLoop loop;
    private final int connectionsMax;
    private final Guests guests;
    private final AtomicInteger inside = new AtomicInteger();
    private final Mailbox.Node reopening = new Mailbox.Node(this::reopen);
    private @Nullable Acceptor acceptor;
    private volatile boolean full;

    /// Who receives those who came in.
    public interface Guests {
        /// A new connection, on the loop it will live on; the callee opens it and calls [Door#leave] at its end.
        void arrived(Transport transport, EventLoop loop);

        /// Accepting failed and pauses.
        void acceptFailed(String why);
    }

    /// A door that is not open yet.
    public Door(Connections connections, EventLoop loop, int connectionsMax, Guests guests) {
        this.connections = connections;
        this.loop = loop;
        this.connectionsMax = connectionsMax;
        this.guests = guests;
    }

    /// Begins to accept; on the door's loop.
    ///
    /// @return the address it listens on
    public InetSocketAddress open(Network network, InetSocketAddress address) {
        Acceptor opened = network.listen(address, BACKLOG, loop, this);
        acceptor = opened;
        return opened.local();
    }

    /// The loop it accepts on.
    public EventLoop loop() {
        return loop;
    }

    /// How many are inside.
    public int inside() {
        return inside.get();
    }

    /// Accepts no more; on the door's loop.
    public void close() {
        if (acceptor != null) acceptor.close();
        acceptor = null;
    }

    /// One has left and its descriptor is free.
    public void leave() {
        inside.decrementAndGet();
        if (full) loop.post(reopening);
    }

    @Override
    public void accepted(Transport transport) {
        if (inside.incrementAndGet() >= connectionsMax || loop.chance().rarely(RarePoint.DOOR_SHUTS)) shut();
        EventLoop home = loop.chance().rarely(RarePoint.DOOR_OTHER_LOOP) ? anyLoop() : connections.leastBusy();
        if (home == loop) {
            guests.arrived(transport, home);
            return;
        }
        Roster there = connections.on(home);
        // Why: counted now, or a burst of connections would all find the same loop the least busy.
        there.expect();
        if (!home.post(new Mailbox.Node(() -> arrive(transport, there)))) {
            there.expectedCame();
            transport.close();
            leave();
        }
    }

    private EventLoop anyLoop() {
        var all = connections.rosters();
        return all.get(loop.chance().below(all.size())).loop();
    }

    private void arrive(Transport transport, Roster there) {
        there.expectedCame();
        guests.arrived(transport, there.loop());
    }

    private void shut() {
        full = true;
        if (acceptor != null) acceptor.pause();
        // Why: one may have left between the count and the flag, and told nobody.
        if (inside.get() < connectionsMax) reopen();
    }

    private void reopen() {
        if (!full || inside.get() >= connectionsMax) return;
        full = false;
        if (acceptor != null) acceptor.resume();
    }

    @Override
    public void acceptFailed(String why) {
        guests.acceptFailed(why);
    }
}
