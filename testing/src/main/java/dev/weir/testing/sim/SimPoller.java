package dev.weir.testing.sim;

import dev.weir.loop.Poller;
import dev.weir.time.Chance;
import java.util.ArrayList;
import java.util.List;

/// How a loop of the world waits: never. It tells what is ready, in an order that chance decides, and
/// remembers until when the loop would have slept.
///
/// **Threads:** confined to its world.
final class SimPoller implements Poller {
    private final SimNetwork network;
    private final List<Watched> watched = new ArrayList<>();
    private final List<Watched> looking = new ArrayList<>();
    private final List<Runnable> closing = new ArrayList<>();
    private long sleepsUntilNanos;
    private boolean closed;

    /// Something that may be ready.
    interface Watched {
        /// Whether there is something to tell.
        boolean isReady();

        /// Finds out whether it is ready, as a poll does for everybody before it tells the first.
        default void look() {}

        /// Whether anything is asked for, so that it might be told of in vain.
        boolean isWatchedFor();

        /// Tells.
        ///
        /// @param inVain whether to tell what is asked for although it may not hold
        void tell(boolean inVain);
    }

    SimPoller(SimNetwork network) {
        this.network = network;
        // Why: before its first poll a loop does not sleep, whatever the clock shows.
        this.sleepsUntilNanos = network.clock().nanoTime();
    }

    void add(Watched one) {
        if (closed) throw new IllegalStateException("the poller is closed and watches nothing");
        watched.add(one);
    }

    void remove(Watched one) {
        watched.remove(one);
    }

    /// Frees the descriptor of what was closed at the next settling.
    void closes(Runnable freed) {
        closing.add(freed);
    }

    @Override
    public int poll(long waitNanos) {
        long now = network.clock().nanoTime();
        sleepsUntilNanos = waitNanos == Long.MAX_VALUE ? Long.MAX_VALUE : now + waitNanos;
        if (watched.isEmpty()) return 0;
        looking.clear();
        looking.addAll(watched);
        int count = looking.size();
        for (int i = 0; i < count; i++) looking.get(i).look();
        int from =
                network.faults().isHealed() || count == 1 ? 0 : network.faults().below(count);
        int told = 0;
        for (int i = 0; i < count; i++) {
            Watched one = looking.get(from + i < count ? from + i : from + i - count);
            boolean inVain = one.isWatchedFor() && network.faults().strikes(Fault.SPURIOUS_READINESS, 4);
            if (!inVain && (!one.isReady() || network.faults().strikes(Fault.LATE_READINESS))) continue;
            if (!watched.contains(one)) continue;
            one.tell(inVain);
            told++;
        }
        return told;
    }

    /// Nanoseconds from `now` until the loop would have woken by itself; [Long#MAX_VALUE] for never.
    long sleepNanos(long now) {
        return sleepsUntilNanos == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, sleepsUntilNanos - now);
    }

    @Override
    public void wake() {
        sleepsUntilNanos = network.clock().nanoTime();
    }

    @Override
    public Chance.Rare rare() {
        return network.rarePaths();
    }

    @Override
    public void settle() {
        for (Runnable freed : closing) freed.run();
        closing.clear();
    }

    @Override
    public void close() {
        settle();
        closed = true;
        watched.clear();
    }
}
