package dev.weir.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.connection.ChargeRequest;
import dev.weir.loop.LoopGroup;
import dev.weir.memory.Reservation;
import dev.weir.runtime.Drainable;
import dev.weir.runtime.Weir;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A number of connections that several servers of one runtime share, and one charge for all of them. Each server's
/// own limit is a cap within it.
///
/// A server takes a place before it accepts a connection and gives it back when the connection has left. A server
/// that finds no place stops accepting, so that its clients wait in the kernel's backlog, and joins a queue of
/// servers. A place that is given back goes to the first of the queue.
///
/// **Owns:** its part of the plan's charges, from [#open] until it is closed and the last server that shares it has
/// ended. It ends with its runtime, or by [#close].
/// **Threads:** thread-safe; guarded by this.
/// **Waits:** [#open] as [ChargeRequest#reserve] does; nothing else waits.
/// **Limits:** places taken never exceed [#connectionsMax], over all servers and loops.
/// **Fails:** a server whose connections are charged more than this pays for is refused with
/// [IllegalArgumentException].
public final class SharedLimit implements AutoCloseable {
    private static final ChargeRequest NOTHING = ChargeRequest.of("nothing", "");

    private final int connectionsMax;
    private final ChargeRequest charges;
    private final Runnable giveBackCharge;
    private final @Nullable LoopGroup group;
    private final AtomicInteger users = new AtomicInteger(1); // the servers, and whoever opened it
    private final AtomicBoolean closed = new AtomicBoolean();

    @GuardedBy("this")
    private int taken;

    @GuardedBy("this")
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(); // in order of arrival

    /// A server that waits for a place.
    interface Waiting {
        /// It has a place from now on, which it gives back; called by any thread.
        ///
        /// @return false when its loop has closed: it takes no place any more
        boolean serve();
    }

    private SharedLimit(int connectionsMax, ChargeRequest charges, Runnable giveBackCharge, @Nullable LoopGroup group) {
        this.connectionsMax = connectionsMax;
        this.charges = charges;
        this.giveBackCharge = giveBackCharge;
        this.group = group;
    }

    /// Opens a limit for HTTP servers with the default head limits: each connection is charged together with one
    /// exchange.
    ///
    /// @param connectionsMax connections at once of all servers that share it, at least 1
    /// @return owned by the caller
    /// @throws IllegalArgumentException when the plan has less left; the message says which number to raise
    public static SharedLimit open(Weir weir, int connectionsMax) {
        return open(
                weir,
                connectionsMax,
                ChargeRequest.of("the shared limit", "")
                        .with(ChargeRequest.CONNECTIONS, connectionsMax, ChargeRequest.CONNECTION_BYTES)
                        .withEach("exchanges", connectionsMax, ChargeRequest.EXCHANGE_BYTES));
    }

    /// Opens a limit with the caller's own charges.
    ///
    /// @param connectionsMax connections at once of all servers that share it, at least 1
    /// @param charges what they are charged together, such as [ChargeRequest#together]
    /// @return owned by the caller
    /// @throws IllegalArgumentException when the plan has less left; the message says which number to raise
    public static SharedLimit open(Weir weir, int connectionsMax, ChargeRequest charges) {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax must be at least 1, was " + connectionsMax);
        }
        Reservation reserved = charges.requireConnections(connectionsMax).reserve(weir.group());
        var limit = new SharedLimit(connectionsMax, charges, reserved::close, weir.group());
        try {
            weir.register(Drainable.of(limit::close));
            return limit;
        } catch (RuntimeException | Error failure) {
            limit.close(); // Why: a runtime that closes refuses it.
            throw failure;
        }
    }

    /// The limit of a server that shares none: it has places for all, and pays for nothing.
    static SharedLimit unshared() {
        return ofPlaces(Integer.MAX_VALUE);
    }

    /// One that is charged nothing.
    static SharedLimit ofPlaces(int connectionsMax) {
        return new SharedLimit(connectionsMax, NOTHING, () -> {}, null);
    }

    /// Connections at once, of all servers that share it.
    public int connectionsMax() {
        return connectionsMax;
    }

    /// Places that are taken: connections of all servers, without those that only linger, and at most one for each
    /// server that is about to accept.
    public synchronized int taken() {
        return taken;
    }

    /// Servers that have stopped accepting until there is a place.
    public synchronized int waiting() {
        return waiting.size();
    }

    /// No server can share it from now on. Those that do go on; the charge goes back when the last has ended.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) leave();
    }

    /// One more server shares it, until [#leave].
    ///
    /// @return what that server takes of the plan itself
    ChargeRequest join(LoopGroup servers, ChargeRequest all) {
        if (group != null && group != servers) {
            throw new IllegalArgumentException("a server shares a limit of its own runtime only");
        }
        ChargeRequest own = all.beside(charges);
        // Why: the last one may have left since it was closed, and what it pays with is gone.
        if (closed.get() || users.getAndUpdate(now -> now == 0 ? 0 : now + 1) == 0) {
            throw new IllegalStateException("the shared limit is closed");
        }
        return own;
    }

    /// A server has ended and the last of its connections has left.
    void leave() {
        if (users.decrementAndGet() == 0) giveBackCharge.run();
    }

    /// Takes a place if there is one.
    synchronized boolean tryTake() {
        if (isFull()) return false;
        taken++;
        return true;
    }

    /// Takes a place, or puts `one` at the end of the queue of those that wait.
    ///
    /// @return false when it waits; then a place comes by [Waiting#serve]
    synchronized boolean takeOrWait(Waiting one) {
        if (tryTake()) return true;
        waiting.addLast(one);
        return false;
    }

    /// Removes `one` from the queue. A place that was granted to it already still arrives.
    synchronized void forget(Waiting one) {
        waiting.remove(one);
    }

    /// Gives a place back, to the first that waits.
    void giveBack() {
        Waiting next = firstOrFree();
        // Why: outside the lock; one whose loop has closed leaves its turn to the next.
        while (next != null && !next.serve()) next = firstOrFree();
    }

    private synchronized @Nullable Waiting firstOrFree() {
        Waiting first = waiting.pollFirst();
        if (first == null) taken--;
        return first;
    }

    /// Whether all places are taken.
    synchronized boolean isFull() {
        return taken >= connectionsMax;
    }
}
