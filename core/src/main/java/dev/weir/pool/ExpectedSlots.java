package dev.weir.pool;

import java.util.concurrent.atomic.AtomicInteger;

/// The slots that are about to become free for waiters, because leases were asked to end for any reason. No more
/// leases are asked to end than waiters need, so that one waiter never ends two leases; none are asked for waiters
/// whose clients may have left.
///
/// **Threads:** thread-safe.
final class ExpectedSlots implements SlotDemand {
    private final WaitQueue queue;
    private final AtomicInteger coming = new AtomicInteger();

    ExpectedSlots(WaitQueue queue) {
        this.queue = queue;
    }

    @Override
    public boolean isUnmet() {
        return coming.get() < queue.waitingInNeed();
    }

    @Override
    public boolean isExceeded() {
        return coming.get() > queue.waitingInNeed();
    }

    @Override
    public boolean tryExpect() {
        for (int now = coming.get(); now < queue.waitingInNeed(); now = coming.get()) {
            if (coming.compareAndSet(now, now + 1)) return true;
        }
        return false;
    }

    @Override
    public void expectedEnded() {
        coming.decrementAndGet();
    }
}
