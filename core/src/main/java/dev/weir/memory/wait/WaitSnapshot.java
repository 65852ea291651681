package dev.weir.memory.wait;

import dev.weir.memory.block.Store;
import dev.weir.memory.block.Urgency;
/// How many wait, for how long, and how much is out of the store, at one moment.
///
/// **Threads:** immutable.

public final class WaitSnapshot {
    private static final Urgency[] URGENCIES = {Urgency.DRAIN, Urgency.RESPONSE, Urgency.HANDLE, Urgency.INTAKE};

    private final int[] waiting = new int[URGENCIES.length];
    private final long[] oldestNanos = new long[URGENCIES.length];
    private final long outPeakBytes;
    private final int slabs;
    private final int reserveOut;
    private final long grants;
    private final long timedOut;
    private final long ended;
    private final long passedOn;

    /// Called under the pool's lock.
    WaitSnapshot(Store store, WaiterQueues queues, WaitTally tally, long now) {
        for (Urgency urgency : URGENCIES) {
            waiting[urgency.index()] = queues.count(urgency);
            oldestNanos[urgency.index()] = now - queues.oldestQueuedNanos(urgency, now);
        }
        outPeakBytes = store.outPeakBytes();
        slabs = store.present().slabs();
        reserveOut = store.reserveOut(null);
        grants = tally.grants;
        timedOut = tally.timedOut;
        ended = tally.ended;
        passedOn = tally.passedOn;
    }

    /// How many wait with this urgency, which is not `OPTIONAL`.
    public int waiting(Urgency urgency) {
        return waiting[urgency.index()];
    }

    /// How long the oldest wait with this urgency has lasted, in nanoseconds; zero when there is no waiter.
    public long oldestNanos(Urgency urgency) {
        return oldestNanos[urgency.index()];
    }

    /// The most that was out of the store at once, held or cached, in bytes.
    public long outPeakBytes() {
        return outPeakBytes;
    }

    /// How many slabs may serve.
    public int slabs() {
        return slabs;
    }

    /// How many blocks of the reserve are out.
    public int reserveOut() {
        return reserveOut;
    }

    /// How many waiters were granted a block, since the start.
    public long grants() {
        return grants;
    }

    /// How many waits ended in their queue because their deadline came, since the start.
    public long timedOut() {
        return timedOut;
    }

    /// How many waits ended in their queue because what the memory was for had ended, since the start.
    public long ended() {
        return ended;
    }

    /// How many grants were passed on because they were not taken, since the start.
    public long passedOn() {
        return passedOn;
    }
}
