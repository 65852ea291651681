package dev.weir.gateway;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Lines for people. Loops must not wait for whoever reads the standard error: what they say is written by the
/// program's first thread, which writes its own lines at once.
///
/// **Threads:** thread-safe; made, and [#write] called, by the first thread.
/// **Waits:** the first thread for whoever reads; others never.
/// **Limits:** 256 lines wait; more are counted and left out.
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

    /// Runs `one` whenever a line waits to be written.
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

    /// Whether a line waits.
    boolean isWaiting() {
        return !lines.isEmpty();
    }

    /// Writes what waits.
    void write() {
        for (String line = lines.poll(); line != null; line = lines.poll()) out.accept(line);
        long lost = dropped.getAndSet(0);
        if (lost > 0) out.accept(lost + " lines more were left out");
    }
}
