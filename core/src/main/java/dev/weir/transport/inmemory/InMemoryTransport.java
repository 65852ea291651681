package dev.weir.transport.inmemory;

import dev.weir.ledger.Entry;
import dev.weir.loop.EventLoop;
import dev.weir.transport.Endpoint;
import dev.weir.transport.ReadinessListener;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One end of a pair of pipes.
final class InMemoryTransport implements Transport, InMemoryPoller.Watched {
    private final InMemoryNetwork network;
    private final Pipe in;
    private final Pipe out;
    private final Endpoint local;
    private final Endpoint peer;
    private final Entry entry;
    private @Nullable InMemoryTransport other;
    private @Nullable EventLoop loop;
    private @Nullable ReadinessListener readiness;
    private boolean wantsRead;
    private boolean wantsWrite;
    private boolean closed;
    private boolean probing;
    private boolean reset;

    InMemoryTransport(InMemoryNetwork network, Pipe in, Pipe out, InMemoryNetwork.Ends ends, Entry entry) {
        this.network = network;
        this.in = in;
        this.out = out;
        this.local = ends.local();
        this.peer = ends.peer();
        this.entry = entry;
    }

    void connectTo(InMemoryTransport end) {
        other = end;
    }

    @Override
    public void attach(EventLoop newLoop, ReadinessListener newReadiness) {
        loop = newLoop;
        readiness = newReadiness;
        wantsRead = false;
        wantsWrite = false;
        ((InMemoryPoller) newLoop.poller()).add(this);
    }

    @Override
    public void detach(Runnable left) {
        if (loop == null) throw new IllegalStateException(this + " is attached to no loop");
        EventLoop leaving = loop;
        ((InMemoryPoller) leaving.poller()).remove(this);
        loop = null;
        leaving.afterClosing(left);
    }

    @Override
    public void interest(boolean read, boolean write) {
        wantsRead = read;
        wantsWrite = write;
        if (read || write) probing = false;
    }

    @Override
    public void probe() {
        probing = !wantsRead && !wantsWrite;
    }

    @Override
    public boolean isReset() {
        return reset;
    }

    @Override
    public boolean isReady() {
        synchronized (network) {
            return (wantsRead && canRead()) || (wantsWrite && canWrite()) || findsReset();
        }
    }

    @Override
    public boolean hasPendingReadiness() {
        return isReady();
    }

    @Override
    public void notifyReady() {
        boolean readable;
        boolean writable;
        synchronized (network) {
            readable = wantsRead && canRead();
            writable = wantsWrite && canWrite();
            if (findsReset()) reset = true;
            probing = false;
        }
        if (readiness != null) readiness.ready(readable, writable);
    }

    private boolean findsReset() {
        return probing && in.broken;
    }

    private boolean canRead() {
        return in.count() > 0 || in.ended || in.broken;
    }

    private boolean canWrite() {
        return out.hasThirdFree() || out.broken;
    }

    @Override
    public int read(ByteBuffer block) {
        int moved;
        synchronized (network) {
            if (closed || in.broken) return BROKEN;
            moved = in.take(block);
            if (moved == 0 && in.ended && block.hasRemaining()) return END;
        }
        wakeOther();
        return moved;
    }

    @Override
    public int write(ByteBuffer block) {
        int moved;
        synchronized (network) {
            if (closed || out.broken || out.ended) return BROKEN;
            moved = out.put(block);
        }
        wakeOther();
        return moved;
    }

    @Override
    public void shutdownOutput() {
        synchronized (network) {
            out.ended = true;
        }
        wakeOther();
    }

    @Override
    public void close() {
        end(false);
    }

    @Override
    public void abort() {
        end(true);
    }

    private void end(boolean abruptly) {
        if (closed) return;
        synchronized (network) {
            closed = true;
            out.ended = true;
            // Why: as TCP does, unread input turns an orderly close into a reset.
            if (abruptly || in.count() > 0) out.broken = true;
            in.broken = true;
        }
        wakeOther();
        if (loop == null) {
            entry.close();
        } else {
            ((InMemoryPoller) loop.poller()).remove(this);
            loop.afterClosing(entry::close);
        }
    }

    private void wakeOther() {
        EventLoop theirs = other == null ? null : other.loop;
        if (theirs != null && !theirs.isCurrent()) theirs.poller().wake();
    }

    @Override
    public Endpoint peer() {
        return peer;
    }

    @Override
    public Endpoint local() {
        return local;
    }

    @Override
    public String toString() {
        return "in-memory " + local + " to " + peer;
    }
}
