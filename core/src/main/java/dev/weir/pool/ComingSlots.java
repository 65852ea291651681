package dev.weir.pool;

import java.util.concurrent.atomic.AtomicInteger;

/// The slots that are about to come free for those who wait: of loans that were asked to end, whatever the
/// reason. No more are asked than wait, so that one waiter never ends two loans; none for those whose clients
/// may have left.
///
/// **Threads:** thread-safe.
final class ComingSlots {
    private final WaitQueue queue;
    private final AtomicInteger coming = new AtomicInteger();

    ComingSlots(WaitQueue queue) {
        this.queue = queue;
    }

    /// Whether more wait than slots are coming for.
    boolean areTooFew() {
        return coming.get() < queue.waitingInNeed();
    }

    /// Whether more are coming than anybody waits for: a loan that was asked to end, and has not, goes on.
    boolean areTooMany() {
        return coming.get() > queue.waitingInNeed();
    }

    /// Counts one more when more wait than are coming; [#came] follows.
    boolean tryExpect() {
        for (int now = coming.get(); now < queue.waitingInNeed(); now = coming.get()) {
            if (coming.compareAndSet(now, now + 1)) return true;
        }
        return false;
    }

    /// One of them is free, or is not coming after all.
    void came() {
        coming.decrementAndGet();
    }
}
