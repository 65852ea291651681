package dev.weir.transport.tcp;

import dev.weir.ledger.Entry;
import dev.weir.loop.Poller;
import dev.weir.transport.TransportException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A poller over a selector; the attachment of each key is a [Watched].
final class TcpPoller implements Poller {
    private static final VarHandle HANDLING; // Why: others read it; a volatile write would cost more.

    static {
        try {
            HANDLING = MethodHandles.lookup().findVarHandle(TcpPoller.class, "handling", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Selector selector;
    private final Entry entry;
    private final Consumer<SelectionKey> finding = this::found; // Why: one object for all polls.
    private final Consumer<SelectionKey> ignoring = TcpPoller::ignore;

    private @Nullable SelectionKey[] found = new @Nullable SelectionKey[64];
    private int founds;
    private int handled; // how many of these are handled; the rest is handled later if one throws

    @SuppressWarnings("unused") // Why: read and written by HANDLING.
    private boolean handling;

    private @Nullable TcpTransport[] probing = new @Nullable TcpTransport[8];
    private int probes;

    /// The object that a key is for.
    interface Watched {
        /// It was found ready; [#ready] follows later in this turn.
        void found();

        void ready(SelectionKey key);
    }

    TcpPoller(Selector selector, Entry entry) {
        this.selector = selector;
        this.entry = entry;
    }

    SelectionKey watch(SelectableChannel channel, int interest, Watched watched) {
        try {
            // Why: register changes the key of a channel that is watched already, such as one that was connecting.
            return channel.register(selector, interest, watched);
        } catch (ClosedChannelException closed) {
            throw new TransportException("a closed channel cannot be watched", closed);
        }
    }

    @Override
    public int poll(long waitNanos) {
        if (handled == founds) {
            HANDLING.setOpaque(this, false);
            // Why: all keys are found before the first is handled, so that a handler can know which others are
            // ready.
            founds = 0;
            handled = 0;
            select(waitNanos);
            endProbes();
        }
        HANDLING.setOpaque(this, true);
        int before = handled;
        while (handled < founds) {
            SelectionKey key = found[handled];
            found[handled++] = null;
            if (key != null) handle(key);
        }
        HANDLING.setOpaque(this, false);
        return founds - before;
    }

    @Override
    public boolean isHandling() {
        return (boolean) HANDLING.getOpaque(this);
    }

    private void select(long waitNanos) {
        try {
            if (waitNanos == 0) selector.selectNow(finding);
            else if (waitNanos == Long.MAX_VALUE) selector.select(finding);
            else selector.select(finding, Math.max(1, (waitNanos + 999_999) / 1_000_000));
        } catch (IOException failure) {
            throw new TransportException("the selector failed", failure);
        }
    }

    /// Lets the next poll, and only that one, find out whether the peer of `one` has reset the path.
    void probes(TcpTransport one) {
        if (probes == probing.length) probing = Arrays.copyOf(probing, 2 * probes);
        probing[probes++] = one;
    }

    private void endProbes() {
        for (int i = 0; i < probes; i++) {
            TcpTransport one = probing[i];
            probing[i] = null;
            if (one != null) one.probeEnds();
        }
        probes = 0;
    }

    private void found(SelectionKey key) {
        if (founds == found.length) found = Arrays.copyOf(found, 2 * founds);
        found[founds++] = key;
        if (key.isValid()) ((Watched) key.attachment()).found();
    }

    private static void handle(SelectionKey key) {
        if (key.isValid()) ((Watched) key.attachment()).ready(key);
    }

    private static void ignore(SelectionKey key) {}

    @Override
    public void wake() {
        selector.wakeup();
    }

    @Override
    public void settle() {
        try {
            // Why: readiness is level-triggered and reported again by the next poll; a set of ready keys would be
            // garbage.
            selector.selectNow(ignoring);
        } catch (IOException failure) {
            throw new TransportException("the selector failed", failure);
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException ignored) {
            // Why: nothing can be done about a selector that does not close; its entry is closed below in any case.
        } finally {
            entry.close();
        }
    }
}
