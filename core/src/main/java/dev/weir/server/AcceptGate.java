package dev.weir.server;

import dev.weir.connection.ChargeRequest;
import dev.weir.connection.Connections;
import dev.weir.connection.Roster;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.memory.Reservation;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import dev.weir.transport.Transport;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Accepts connections and counts them before they are handed to a loop, so that the limit is exact.
///
/// **Owns:** the acceptor; and what its connections are charged, from [#reserve] until it is closed and the
/// last of them has left; a place of the limit it shares for each connection inside, and for the next it accepts.
/// **Threads:** confined to the loop it accepts on, but for [#leave], [#lingeringStarted] and
/// [#lingeringEnded], which any thread may call.
/// **Limits:** as many connections as it was made with, and as the limit it shares with other doors has places
/// for. At either limit accepting pauses and the backlog waits;
/// or, where that is chosen, new connections are refused, [#REFUSALS_MAX] at once at most, and beyond these the
/// backlog waits too; or an idle connection is closed for the next one.
/// **Fails:** more connections than the plan of the runtime has left make [#reserve] throw
/// [IllegalArgumentException].
final class AcceptGate implements Acceptor.Listener, SharedLimit.Waiting {
    /// Refusals under way at once.
    static final int REFUSALS_MAX = 64;

    private static final int BACKLOG = 1024;

    private final Connections connections;
    private final EventLoop loop;
    private final Beyond beyond;
    private final int connectionsMax;
    private final Receiver receiver;
    private final SharedLimit limit;
    private final ChargeRequest charges;
    private final Supplier<String> remedy;
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger lingering = new AtomicInteger();
    private final Mailbox.Node reopening = new Mailbox.Node(this::reopen);
    private final Mailbox.Node serving = new Mailbox.Node(this::served);
    private final Runnable closing = this::close; // with its loop
    private @Nullable Acceptor acceptor;
    private final AtomicInteger refusing = new AtomicInteger();
    private final AtomicBoolean gaveBack = new AtomicBoolean();
    private boolean hasPlace; // of the limit it shares, for the next that comes in
    private boolean waits; // for one
    private volatile boolean full;
    private volatile boolean closed;
    private volatile @Nullable Reservation reservation;

    /// What receives accepted connections.
    interface Receiver {
        /// A new connection, on its own loop; the callee opens it and calls [AcceptGate#leave] at
        /// its end.
        void arrived(Transport transport, EventLoop loop);

        /// A connection beyond the limit, on the accepting loop; the callee refuses it and calls
        /// [AcceptGate#refusalEnded] when that is done.
        void refused(Transport transport);

        /// The limit is reached, and a connection is to be closed for the next one, on the accepting loop; the
        /// place is free when [AcceptGate#leave] is called for it. Called only where [Beyond#PURGE] is chosen.
        void purge();

        /// Accepting failed and pauses.
        void acceptFailed(String why);
    }

    /// A gate that is not open yet.
    ///
    /// @param limit shared with other doors; lent, and it pays for a part of the charge request
    /// @param remedy what else may be done when the plan has less left than the charge request: `, or ...`
    AcceptGate(
            Connections connections,
            EventLoop loop,
            ListeningSettings settings,
            SharedLimit limit,
            Receiver receiver,
            Supplier<String> remedy) {
        this.connections = connections;
        this.loop = loop;
        this.beyond = settings.beyond();
        this.connectionsMax = settings.connectionsMax();
        this.receiver = receiver;
        this.limit = limit;
        this.charges = settings.charges();
        this.remedy = remedy;
    }

    /// Takes from the plan what its connections are charged; before [#open], by a thread that may wait.
    ///
    /// @throws IllegalArgumentException when the plan has less left; the message says which number to raise
    void reserve() {
        ChargeRequest own = limit.join(connections.group(), charges);
        try {
            reservation = own.reserve(connections.group(), remedy);
        } finally {
            if (reservation == null) limit.leave();
        }
    }

    /// Gives that back, when [#open] is never going to run.
    void giveUp() {
        Reservation taken = reservation;
        if (taken != null) giveBack(taken);
    }

    /// Once, however often it is called.
    private void giveBack(Reservation taken) {
        if (!gaveBack.compareAndSet(false, true)) return;
        taken.close();
        limit.leave();
    }

    /// Begins to accept; on the accepting loop.
    ///
    /// @return the address it listens on
    Endpoint open(Network network, Endpoint address) {
        loop.requireCurrent();
        Reservation taken = Objects.requireNonNull(reservation, "a door is opened after it has reserved");
        try {
            Acceptor opened = network.listen(address, BACKLOG, loop, this);
            acceptor = opened;
            loop.atClose(closing);
            return opened.local();
        } catch (RuntimeException | Error failure) {
            giveBack(taken);
            throw failure;
        }
    }

    /// The loop it accepts on.
    EventLoop loop() {
        return loop;
    }

    /// How many connections it has.
    int inside() {
        return inside.get();
    }

    /// Accepts no more; on the accepting loop.
    void close() {
        loop.requireCurrent();
        loop.cancelAtClose(closing);
        if (acceptor != null) acceptor.close();
        acceptor = null;
        // Why: a place that is on its way comes to a closed gate, which passes it on.
        if (waits) limit.forget(this);
        // Why: after the last was counted that came in while it closed.
        closed = true;
        giveBackWhenEmpty();
    }

    /// Whether it is closed and every connection, refused ones included, has left and lingers no more; for any
    /// thread.
    boolean isEmpty() {
        return closed && inside.get() == 0 && refusing.get() == 0 && lingering.get() == 0;
    }

    /// When nothing is accepted any more and the last connection has left, the charge goes back to the plan.
    private void giveBackWhenEmpty() {
        Reservation taken = reservation;
        if (taken != null && isEmpty()) giveBack(taken);
    }

    /// One has left and its descriptor is free; or it lingers from now on.
    void leave() {
        inside.decrementAndGet();
        limit.giveBack();
        if (full) loop.post(reopening);
        giveBackWhenEmpty();
    }

    /// One of those inside or refused has a place to linger; called before it leaves.
    void lingeringStarted() {
        lingering.incrementAndGet();
    }

    /// One that lingered is gone and its descriptor is free.
    void lingeringEnded() {
        lingering.decrementAndGet();
        giveBackWhenEmpty();
    }

    /// How many linger.
    int lingering() {
        return lingering.get();
    }

    /// A refused connection has ended and its descriptor is free; on the accepting loop.
    void refusalEnded() {
        loop.requireCurrent();
        refusing.decrementAndGet();
        reopen();
        giveBackWhenEmpty();
    }

    @Override
    public boolean mayAccept() {
        loop.requireCurrent();
        if (hasPlace) return true;
        if (isFull()) {
            shut();
            return false;
        }
        if (beyond == Beyond.REFUSE) {
            hasPlace = !isLimitReached() && limit.tryTake();
            return true; // for a refusal, if there is no place
        }
        hasPlace = limit.takeOrWait(this);
        if (!hasPlace) waitForPlace();
        return hasPlace;
    }

    private void waitForPlace() {
        waits = true;
        if (acceptor != null) acceptor.pause();
    }

    /// A place has become free and is this door's; called by the door that gave it back.
    @Override
    public boolean serve() {
        return loop.post(serving);
    }

    private void served() {
        waits = false;
        hasPlace = true;
        if (acceptor != null && !full) {
            acceptor.resume();
            acceptor.acceptNow();
        }
        // Why: the waiting client may have left; the place then goes to the next server that waits.
        noneCame();
    }

    @Override
    public void noneCame() {
        if (!hasPlace) return;
        hasPlace = false;
        limit.giveBack();
    }

    @Override
    public void accepted(Transport transport) {
        loop.requireCurrent();
        // Why: a network may accept without calling `mayAccept` first.
        if (!hasPlace && !mayAccept()) {
            transport.abort();
            return;
        }
        boolean comesIn = hasPlace;
        hasPlace = false;
        if (comesIn) admit(transport);
        else refuse(transport);
    }

    private boolean isLimitReached() {
        return inside.get() >= connectionsMax;
    }

    private boolean isFull() {
        if (beyond != Beyond.REFUSE) return isLimitReached();
        return (isLimitReached() || limit.isFull()) && refusing.get() >= REFUSALS_MAX;
    }

    private void refuse(Transport transport) {
        refusing.incrementAndGet();
        if (isFull()) shut();
        receiver.refused(transport);
    }

    private void admit(Transport transport) {
        inside.incrementAndGet();
        if (isFull() || loop.chance().rarely(AcceptPoint.ACCEPT_PAUSES)) shut();
        EventLoop home = loop.chance().rarely(AcceptPoint.ACCEPT_TO_OTHER_LOOP) ? anyLoop() : connections.leastBusy();
        if (home == loop) receiver.arrived(transport, home);
        else handOver(transport, home);
        if (beyond == Beyond.PURGE && isLimitReached()) receiver.purge();
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
        receiver.arrived(transport, there.loop());
    }

    private void shut() {
        full = true;
        if (acceptor != null) acceptor.pause();
        // Why: one may have left between the count and the flag, and notified nothing.
        reopen();
    }

    private void reopen() {
        if (!full || isFull()) return;
        full = false;
        if (acceptor != null && !waits) acceptor.resume();
    }

    @Override
    public void acceptFailed(String why) {
        receiver.acceptFailed(why);
    }
}
