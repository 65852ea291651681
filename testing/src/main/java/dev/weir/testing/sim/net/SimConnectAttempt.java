package dev.weir.testing.sim.net;

import dev.weir.ledger.Entry;
import dev.weir.loop.EventLoop;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import org.jspecify.annotations.Nullable;

/// An attempt to connect: unanswered until the network delivers the answer, which the poller then reports.
///
/// **Threads:** confined to its world.
final class SimConnectAttempt implements ConnectAttempt, SimPoller.Watched {
    private final PendingConnects dialling;
    private final Endpoint peer;
    private final EventLoop loop;
    private final Listener connected;
    private final Entry entry;
    private @Nullable SimEnd made;
    private boolean answered;
    private boolean over;

    /// Whether this side fails, and not its peer.
    boolean isOutOfDescriptors;

    /// Whether no answer arrives until the world is healed.
    final boolean isUnanswered;

    SimConnectAttempt(
            PendingConnects dialling, Endpoint peer, EventLoop loop, Listener connected, boolean isUnanswered) {
        this.dialling = dialling;
        this.peer = peer;
        this.loop = loop;
        this.connected = connected;
        this.isUnanswered = isUnanswered;
        // Why: before the entry, because a closed poller refuses.
        ((SimPoller) loop.poller()).add(this);
        this.entry = counted();
    }

    private Entry counted() {
        try {
            return dialling.descriptors().opened(peer);
        } catch (RuntimeException | Error failure) {
            ((SimPoller) loop.poller()).remove(this);
            throw failure;
        }
    }

    Endpoint peer() {
        return peer;
    }

    /// The answer arrives.
    ///
    /// @param end the near end; null when the attempt was refused
    void answer(@Nullable SimEnd end) {
        answered = true;
        made = end;
    }

    /// Sets the far end of a connection that this side does not know of yet.
    void setFarEnd(@Nullable SimEnd end) {
        made = end;
    }

    /// The answer of the other side arrives.
    void answerNow() {
        answered = true;
    }

    boolean isMade() {
        return made != null;
    }

    @Override
    public boolean isReady() {
        return answered;
    }

    @Override
    public boolean isWatchedFor() {
        return false;
    }

    @Override
    public void notifyReady(boolean spurious) {
        if (over) return;
        over = true;
        ((SimPoller) loop.poller()).remove(this);
        SimEnd end = made;
        if (end == null) {
            free();
            if (isOutOfDescriptors) connected.outOfDescriptors("Too many open files");
            else connected.connectFailed("Connection refused");
        } else {
            end.setEntry(entry);
            connected.connected(end);
        }
    }

    @Override
    public void cancel() {
        if (over) return;
        over = true;
        dialling.forget(this);
        ((SimPoller) loop.poller()).remove(this);
        // Why: an answer may have arrived unreported: the other side sees a connection that breaks.
        if (made != null) made.abort();
        free();
    }

    private void free() {
        ((SimPoller) loop.poller()).closes(() -> dialling.descriptors().freed(peer));
        loop.afterClosing(entry::close);
    }
}
