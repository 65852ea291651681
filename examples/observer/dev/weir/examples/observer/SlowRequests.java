package dev.weir.examples.observer;

import dev.weir.gateway.spi.EndedRequest;
import dev.weir.gateway.spi.RequestObserver;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/// Prints each request that took longer than a second. Printing may block, so a thread of its own does it.
///
/// **Threads:** thread-safe.
/// **Limits:** 1,000 lines that are not printed yet; more are dropped.
public final class SlowRequests implements RequestObserver {
    private static final int LINES_MAX = 1_000;
    private static final long SLOW_NANOS = 1_000_000_000;

    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(LINES_MAX);
    private final long slowNanos;

    /// For the gateway, which finds it in its jar.
    public SlowRequests() {
        this(SLOW_NANOS, System.err::println);
    }

    /// @param slowNanos what takes longer is slow
    /// @param out takes the lines, on a thread of its own
    public SlowRequests(long slowNanos, Consumer<String> out) {
        this.slowNanos = slowNanos;
        Thread.ofVirtual().name("slow-requests").start(() -> print(out));
    }

    @Override
    public void ended(EndedRequest request) {
        long nanos = request.totalNanos();
        if (nanos <= slowNanos) return;
        String line =
                request.method() + " " + request.path() + " took " + nanos / 1_000_000 + " ms at " + request.origin();
        boolean _ = lines.offer(line);
    }

    private void print(Consumer<String> out) {
        try {
            while (true) out.accept(lines.take());
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }
}
