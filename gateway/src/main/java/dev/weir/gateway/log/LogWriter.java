package dev.weir.gateway.log;

import dev.weir.loop.FailureLog;
import dev.weir.loop.Parking;
import dev.weir.memory.block.Buffer;
import dev.weir.time.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The writing thread, the only one that waits for the disk.
///
/// **Owns:** the target, and the block it is writing.
/// **Threads:** [#run] is confined to its thread; the rest is thread-safe.
/// **Fails:** lines that cannot be written are dropped and counted; a failure is logged once, until writing
/// works again.
final class LogWriter implements Runnable {
    private static final FailureLog LOG = FailureLog.of(LogWriter.class);

    /// The time in which an interrupted write must return.
    private static final long LETTING_GO_NANOS = 500_000_000;

    private final LogQueue queue;
    private final LogTarget target;
    private final Parking parking;
    private final AtomicLong linesDropped;
    private final BooleanSupplier hasWork = this::hasWork;
    private final ByteBuffer lineEnd = ByteBuffer.wrap(new byte[] {'\n'});
    private volatile boolean reopening;
    private volatile boolean closing;
    private volatile @Nullable Thread thread;
    private boolean gaveUp;
    private boolean torn; // the last line was written only in part
    private boolean failing;

    LogWriter(LogQueue queue, LogTarget target, Parking parking, AtomicLong linesDropped) {
        this.queue = queue;
        this.target = target;
        this.parking = parking;
        this.linesDropped = linesDropped;
    }

    /// Wakes the thread: something was queued, or is to be done.
    void wake() {
        Thread sleeping = thread;
        if (sleeping != null) parking.unpark(sleeping);
    }

    /// Wakes `waiting`, which checks its condition again.
    void wakeWaiter(Thread waiting) {
        parking.unpark(waiting);
    }

    void reopen() {
        reopening = true;
        wake();
    }

    /// Makes the thread write the queued lines and end; lines not written at `deadline` are dropped.
    ///
    /// @param running the thread that runs this
    void close(Thread running, Deadline deadline) throws InterruptedException {
        closing = true;
        parking.unpark(running);
        if (parking.awaitEnd(running, deadline)) return;
        // Why: an interrupt ends a write that waits for the reader of a pipe. A hanging disk may ignore it:
        // then the thread is named in the close report.
        running.interrupt();
        if (!parking.awaitEnd(running, new Deadline(deadline.atNanos() + LETTING_GO_NANOS))) {
            LOG.warning("the access log's disk or reader hangs; its thread is left behind");
        }
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            while (step()) {
                // one block, or one wait, after the other
            }
        } finally {
            closeTarget();
        }
    }

    private boolean step() {
        boolean last = closing; // read before the queue: after closing began only a failing loop queues a block
        if (reopening) reopenTarget();
        Buffer block = queue.poll();
        if (block != null) {
            write(block);
            return true;
        }
        if (last) return !queue.closeIfEmpty();
        try {
            boolean worth = parking.awaitUntil(hasWork, Deadline.NEVER);
            assert worth : "never comes late";
        } catch (InterruptedException interrupted) {
            gaveUp = true;
        }
        return true;
    }

    private boolean hasWork() {
        return reopening || closing || !queue.isEmpty();
    }

    private void write(Buffer block) {
        ByteBuffer bytes = block.bytes();
        try {
            if (!gaveUp) writeAll(bytes);
        } catch (IOException failure) {
            // Why: when nothing of it was written, the partial line before it still has no end.
            if (bytes.position() > 0) torn = bytes.get(bytes.position() - 1) != '\n';
            if (Thread.interrupted()) gaveUp = true;
            else complain("the access log cannot be written", failure);
        } catch (RuntimeException | Error failure) { // Why: without its thread nothing more would be written.
            complain("the access log cannot be written", failure);
        } finally {
            if (bytes.hasRemaining()) linesDropped.addAndGet(lines(bytes));
            block.release();
        }
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        if (torn) {
            lineEnd.rewind();
            while (lineEnd.hasRemaining()) target.write(lineEnd);
        }
        torn = false;
        while (bytes.hasRemaining()) target.write(bytes);
        failing = false;
    }

    /// The number of line ends in the remaining bytes.
    static int lines(ByteBuffer bytes) {
        int lines = 0;
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) == '\n') lines++;
        }
        return lines;
    }

    private void reopenTarget() {
        reopening = false;
        try {
            target.reopen();
            failing = false;
        } catch (IOException | RuntimeException failure) { // Why: without its thread nothing more is written.
            complain("the access log cannot be reopened; the old file is kept", failure);
        }
    }

    /// Called by the writing thread, or by the caller that could not start it.
    void closeTarget() {
        try {
            target.close();
        } catch (IOException | RuntimeException failure) {
            complain("the access log cannot be closed", failure);
        }
    }

    private void complain(String what, Throwable failure) {
        if (failing) return;
        failing = true;
        LOG.warning(what + ": " + failure);
    }
}
