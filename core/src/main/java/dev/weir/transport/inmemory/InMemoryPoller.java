package dev.weir.transport.inmemory;

import dev.weir.loop.Parking;
import dev.weir.loop.Poller;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A poller that checks all watched objects, in the order they were attached.
final class InMemoryPoller implements Poller {
    private final Clock clock;
    private final Parking parking;
    private final List<Watched> watched = new ArrayList<>();
    private List<Watched> looking = new ArrayList<>();
    private volatile boolean woken;
    private volatile @Nullable Thread waiting;

    /// Something that may be ready; called on the poller's thread.
    interface Watched {
        /// Whether [#notifyReady] has something to report.
        boolean isReady();

        void notifyReady();
    }

    InMemoryPoller(Clock clock) {
        this.clock = clock;
        this.parking = new Parking(clock);
    }

    void add(Watched one) {
        watched.add(one);
    }

    void remove(Watched one) {
        watched.remove(one);
    }

    @Override
    public int poll(long waitNanos) {
        if (waitNanos > 0) waitUntilReady(waitNanos);
        woken = false;
        int told = 0;
        looking.clear();
        looking.addAll(watched);
        for (int i = 0; i < looking.size(); i++) {
            Watched one = looking.get(i);
            if (!one.isReady() || !watched.contains(one)) continue;
            one.notifyReady();
            told++;
        }
        return told;
    }

    private void waitUntilReady(long waitNanos) {
        waiting = Thread.currentThread();
        try {
            var deadline = waitNanos == Long.MAX_VALUE ? Deadline.NEVER : new Deadline(clock.nanoTime() + waitNanos);
            parking.awaitUntil(() -> woken || anyReady(), deadline);
        } catch (InterruptedException interrupted) {
            // Why: a loop is stopped through its mailbox; an interrupt only makes it poll again.
            woken = true;
        } finally {
            waiting = null;
        }
    }

    private boolean anyReady() {
        for (int i = 0; i < watched.size(); i++) {
            if (watched.get(i).isReady()) return true;
        }
        return false;
    }

    @Override
    public void wake() {
        woken = true;
        Thread thread = waiting;
        if (thread != null) parking.unpark(thread);
    }

    @Override
    public void settle() {
        // Why: there are no descriptors that a kernel frees later.
    }

    @Override
    public void close() {
        watched.clear();
    }
}
