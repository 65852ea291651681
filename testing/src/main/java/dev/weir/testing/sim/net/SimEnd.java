package dev.weir.testing.sim.net;

import dev.weir.ledger.Entry;
import dev.weir.loop.EventLoop;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.transport.Endpoint;
import dev.weir.transport.ReadinessListener;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One end of a connection, watched by a loop or driven by a [SimPeer].
///
/// **Owns:** its descriptor, from its opening until it was closed and its poller has settled.
/// **Threads:** confined to its world.
final class SimEnd implements Transport, SimPoller.Watched {
    private final Traffic traffic;
    private final Descriptors descriptors;
    private final Endpoint local;
    private final Endpoint peer;
    private @Nullable SimPipe in;
    private @Nullable SimPipe out;
    private @Nullable Entry entry;
    private @Nullable EventLoop loop;
    private @Nullable ReadinessListener readiness;
    private boolean wantsRead;
    private boolean wantsWrite;
    private boolean hasNews;
    private boolean closed;
    private boolean probing;
    private boolean reset;

    SimEnd(Traffic traffic, Descriptors descriptors, Endpoint local, Endpoint peer) {
        this.traffic = traffic;
        this.descriptors = descriptors;
        this.local = local;
        this.peer = peer;
    }

    /// Joins it with another.
    void join(SimEnd other, int pipeBytes) {
        var there = new SimPipe(pipeBytes);
        var back = new SimPipe(pipeBytes);
        there.join(back);
        out = there;
        in = back;
        other.out = back;
        other.in = there;
    }

    /// Sets the ledger entry: Weir owns the end from now on.
    void setEntry(Entry newEntry) {
        entry = newEntry;
    }

    SimPipe in() {
        SimPipe pipe = in;
        if (pipe == null) throw new IllegalStateException("this end was not joined");
        return pipe;
    }

    SimPipe out() {
        SimPipe pipe = out;
        if (pipe == null) throw new IllegalStateException("this end was not joined");
        return pipe;
    }

    // ---- as a transport

    @Override
    public void attach(EventLoop newLoop, ReadinessListener newReadiness) {
        if (loop != null) throw new IllegalStateException(this + " is watched by a loop already");
        if (closed) throw new IllegalStateException(this + " is closed and cannot be watched");
        loop = newLoop;
        readiness = newReadiness;
        wantsRead = false;
        wantsWrite = false;
        poller(newLoop).add(this);
    }

    @Override
    public void detach(Runnable left) {
        EventLoop leaving = loop;
        if (leaving == null) throw new IllegalStateException(this + " is watched by no loop");
        poller(leaving).remove(this);
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
    public int read(ByteBuffer block) {
        requireDirect(block);
        SimPipe pipe = in();
        if (closed || pipe.isBroken()) return BROKEN;
        int limit = Integer.MAX_VALUE;
        if (pipe.arrived() > 1 && traffic.faults().strikes(Fault.SHORT_READ)) {
            limit = 1 + traffic.faults().below(pipe.arrived() - 1);
        }
        int moved = pipe.take(block, limit);
        traffic.moved("read", local.port(), moved);
        return moved == 0 && block.hasRemaining() && pipe.isAtEnd() && !pipe.hasResetArrived() ? END : moved;
    }

    @Override
    public int write(ByteBuffer block) {
        requireDirect(block);
        SimPipe pipe = out();
        if (closed || pipe.isEnded() || in().hasResetArrived()) return BROKEN;
        int limit = Integer.MAX_VALUE;
        if (traffic.faults().strikes(Fault.NO_ROOM)) limit = 0;
        else if (block.remaining() > 1 && traffic.faults().strikes(Fault.SHORT_WRITE)) {
            limit = 1 + traffic.faults().below(block.remaining() - 1);
        }
        int moved = pipe.put(block, limit);
        traffic.moved("write", local.port(), moved);
        traffic.addBusy(pipe);
        return moved;
    }

    private static void requireDirect(ByteBuffer block) {
        if (!block.isDirect()) throw new IllegalArgumentException("a heap buffer was passed to a transport");
    }

    @Override
    public void shutdownOutput() {
        out().end();
        traffic.addBusy(out());
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
        closed = true;
        // Why: as TCP does, unread input turns an orderly end into a reset.
        if (abruptly || in().arrived() > 0) out().reset();
        else out().end();
        in().readerLeaves();
        traffic.addBusy(out());
        traffic.addBusy(in());
        free();
    }

    private void free() {
        Entry counted = entry;
        if (counted == null) return;
        EventLoop watching = loop;
        if (watching == null) {
            descriptors.freed(peer);
            counted.close();
            return;
        }
        poller(watching).remove(this);
        poller(watching).closes(() -> descriptors.freed(peer));
        watching.afterClosing(counted::close);
    }

    @Override
    public Endpoint peer() {
        return peer;
    }

    @Override
    public Endpoint local() {
        return local;
    }

    // ---- as something a poller watches

    @Override
    public void look() {
        hasNews = isReady();
    }

    @Override
    public boolean hasPendingReadiness() {
        return hasNews;
    }

    @Override
    public boolean isReady() {
        return (wantsRead && in().isReadable()) || (wantsWrite && isWritable()) || findsReset();
    }

    private boolean findsReset() {
        return probing && in().hasResetArrived();
    }

    private boolean isWritable() {
        return out().room() >= traffic.writableThresholdBytes() || in().hasResetArrived();
    }

    @Override
    public boolean isWatchedFor() {
        return wantsRead || wantsWrite;
    }

    @Override
    public void notifyReady(boolean spurious) {
        hasNews = false;
        if (findsReset()) reset = true;
        probing = false;
        ReadinessListener told = readiness;
        if (told == null) return;
        boolean readable = wantsRead && (spurious || in().isReadable());
        boolean writable = wantsWrite && (spurious || isWritable());
        told.ready(readable, writable);
    }

    private static SimPoller poller(EventLoop of) {
        return (SimPoller) of.poller();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        return "simulated " + local + " to " + peer;
    }
}
