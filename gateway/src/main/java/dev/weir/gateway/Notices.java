package dev.weir.gateway;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Notices for the operator. Loops must not wait for the reader of the standard error: their lines are queued
/// and written by the program's first thread, which writes its own lines at once.
///
/// **Threads:** thread-safe; made, and [#write] called, by the first thread.
/// **Waits:** the first thread for the reader; others never.
/// **Limits:** 256 lines wait; further lines are dropped and counted.
final class Notices implements Consumer<String> {
    private static final int LINES_MAX = 256;

    private final Consumer<String> out;
    private final Thread first = Thread.currentThread();
    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(LINES_MAX);
    private final AtomicLong dropped = new AtomicLong();
    private volatile Runnable wake = () -> {};

    /// @param out writes one line, and may wait
    Notices(Consumer<String> out) {
        this.out = out;
    }

    /// Calls `one` whenever a line is queued.
    void wakes(Runnable one) {
        wake = one;
    }

    @Override
    public void accept(String line) {
        if (Thread.currentThread() == first) {
            write();
            out.accept(line);
            return;
        }
        if (!lines.offer(line)) dropped.incrementAndGet();
        wake.run();
    }

    /// Whether a line is queued.
    boolean isWaiting() {
        return !lines.isEmpty();
    }

    /// Writes the queued lines.
    void write() {
        for (String line = lines.poll(); line != null; line = lines.poll()) out.accept(line);
        long lost = dropped.getAndSet(0);
        if (lost > 0) out.accept(lost + " more lines were dropped");
    }
}
