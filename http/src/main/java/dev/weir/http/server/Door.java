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
/// **Limits:** as many connections as it was made with. At the limit accepting pauses and the backlog waits; or, where
/// that is chosen, who comes is refused, [#REFUSALS_MAX] at once at most, and beyond these the backlog waits too; or an
/// idle connection is closed for the next one.
public final class Door implements Acceptor.Accepted {
    /// Refusals under way at once.
    public static final int REFUSALS_MAX = 64;

    /// What is charged for refusals, as connections: those under way, and as many that have been answered and linger.
    public static final int REFUSALS_CHARGED = 2 * REFUSALS_MAX;

    private static final int BACKLOG = 1024;

    private final Connections connections;
    private final EventLoop loop;
    private final Beyond beyond;
    private final int connectionsMax;
    private final Guests guests;
    private final AtomicInteger inside = new AtomicInteger();
    private final Mailbox.Node reopening = new Mailbox.Node(this::reopen);
    private final Runnable closing = this::close; // with its loop
    private @Nullable Acceptor acceptor;
    private final AtomicInteger refusing = new AtomicInteger();
    private volatile boolean full;
    private volatile boolean closed;

    /// What becomes of those who come beyond the limit.
    public enum Beyond {
        /// They wait in the kernel's backlog until somebody leaves.
        WAIT,
        /// They are told that there is no place.
        REFUSE,
        /// The connection on which no byte has moved for longest is closed, idle ones first, as soon as the limit is
        /// reached: one place is free again at once. For a few connections whose next one matters more.
        MAKE_ROOM
    }

    /// Who receives those who came in.
    public interface Guests {
        /// A new connection, on the loop it will live on; the callee opens it and calls [Door#leave] at its end.
        void arrived(Transport transport, EventLoop loop);

        /// One more than the limit allows, on the door's loop; the callee sends it away and calls [Door#refusalEnded]
        /// when that is done.
        void refused(Transport transport);

        /// The limit is reached, and a connection is to be closed for the next one, on the door's loop; the place is
        /// free when [Door#leave] is called for it. Called only where [Beyond#MAKE_ROOM] is chosen.
        default void makeRoom() {}

        /// Accepting failed and pauses.
        void acceptFailed(String why);
    }

    /// A door that is not open yet.
    public Door(Connections connections, EventLoop loop, Beyond beyond, int connectionsMax, Guests guests) {
        this.connections = connections;
        this.loop = loop;
        this.beyond = beyond;
        this.connectionsMax = connectionsMax;
        this.guests = guests;
    }

    /// Begins to accept; on the door's loop.
    ///
    /// @return the address it listens on
    public InetSocketAddress open(Network network, InetSocketAddress address) {
        loop.requireCurrent();
        Acceptor opened = network.listen(address, BACKLOG, loop, this);
        acceptor = opened;
        loop.atClose(closing);
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
        loop.requireCurrent();
        loop.notAtClose(closing);
        if (acceptor != null) acceptor.close();
        acceptor = null;
        // Why: after the last was counted that came in while it closed.
        closed = true;
    }

    /// Whether it is closed and everybody who came in, and who was refused, has left; for any thread.
    public boolean isEmpty() {
        return closed && inside.get() == 0 && refusing.get() == 0;
    }

    /// One has left and its descriptor is free.
    public void leave() {
        inside.decrementAndGet();
        if (full) loop.post(reopening);
    }

    /// One that was refused is gone and its descriptor is free; on the door's loop.
    public void refusalEnded() {
        loop.requireCurrent();
        refusing.decrementAndGet();
        reopen();
    }

    @Override
    public void accepted(Transport transport) {
        loop.requireCurrent();
        if (beyond == Beyond.REFUSE && isLimitReached()) refuse(transport);
        else admit(transport);
    }

    private boolean isLimitReached() {
        return inside.get() >= connectionsMax;
    }

    private boolean isFull() {
        return isLimitReached() && (beyond != Beyond.REFUSE || refusing.get() >= REFUSALS_MAX);
    }

    private void refuse(Transport transport) {
        refusing.incrementAndGet();
        if (isFull()) shut();
        guests.refused(transport);
    }

    private void admit(Transport transport) {
        inside.incrementAndGet();
        if (isFull() || loop.chance().rarely(RarePoint.DOOR_SHUTS)) shut();
        EventLoop home = loop.chance().rarely(RarePoint.DOOR_OTHER_LOOP) ? anyLoop() : connections.leastBusy();
        if (home == loop) guests.arrived(transport, home);
        else handOver(transport, home);
        if (beyond == Beyond.MAKE_ROOM && isLimitReached()) guests.makeRoom();
    }

    private void handOver(Transport transport, EventLoop home) {
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
        reopen();
    }

    private void reopen() {
        if (!full || isFull()) return;
        full = false;
        if (acceptor != null) acceptor.resume();
    }

    @Override
    public void acceptFailed(String why) {
        guests.acceptFailed(why);
    }
}
