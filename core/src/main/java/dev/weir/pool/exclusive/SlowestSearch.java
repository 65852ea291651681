package dev.weir.pool.exclusive;

import dev.weir.loop.EventLoop;
import dev.weir.loop.FailureLog;
import dev.weir.loop.Mailbox;
import dev.weir.pool.PoolCount;
import dev.weir.pool.SlotDemand;
import dev.weir.time.Timer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Finds the lease that moves least while others wait for a connection, and has it give way.
///
/// Each loop is asked, through its mailbox, for the slowest of its own leases; the last to answer chooses.
/// The one chosen looks once more on its own loop, and gives way if it is still slow. Then the next search
/// begins, while more wait than connections are about to come free.
///
/// When all who wait need a part of the share of the slow, and none is left, only those are looked at that have
/// such a part; of these one at a time gives way.
///
/// **Threads:** each part is confined to its loop; the choice is made by whoever answers last.
/// **Limits:** one search at a time, and none while nobody waits. A search goes over all connections once. It is
/// repeated when the slowest that was found will have been slow for long enough, at the earliest.
final class SlowestSearch {
    private static final FailureLog LOG = FailureLog.of(SlowestSearch.class);
    private static final long AGAIN_NANOS_MIN = 1_000_000L;

    private final Lender lender;
    private final Entries entries;
    private final SlotDemand slots;
    private final long limitNanos;
    private final List<Part> parts;
    private final AtomicBoolean isRunning = new AtomicBoolean();
    private final AtomicInteger missing = new AtomicInteger();
    private final AtomicBoolean isShareComing = new AtomicBoolean();

    /// Whether the search that is under way looks only at those that have a part of the share.
    private volatile boolean isForShare;

    /// What one loop has to say.
    private final class Part {
        private final IdleList side;
        private final Mailbox.Node asked = new Mailbox.Node(this::look);
        private final Mailbox.Node chosen = new Mailbox.Node(this::giveWay);
        private final Timer again = new Timer(this::begin);
        private @Nullable Lease slowest;
        private long slowNanos;
        private boolean wasForShare;

        Part(IdleList side) {
            this.side = side;
        }

        void begin() {
            SlowestSearch.this.begin(side.loop());
        }

        private void look() {
            slowest = null;
            slowNanos = 0;
            for (int at = 0; at < entries.places(); at++) {
                PoolEntry entry = entries.at(at);
                Lease holder = entry == null ? null : entry.holder();
                // Why: what is read of an entry of another loop may be old; of a lease of this loop it is not.
                if (entry == null || holder == null || holder.loop() != side.loop() || !holder.isHolding(entry)) {
                    continue;
                }
                if (isForShare && !holder.hasPart()) continue;
                long nanos = slowNanos(holder);
                if (nanos <= slowNanos) continue;
                slowNanos = nanos;
                slowest = holder;
            }
            answered(side.loop());
        }

        /// Why: foreign code; a search that does not end would be the last.
        private static long slowNanos(Lease holder) {
            try {
                return holder.slowNanos();
            } catch (RuntimeException | Error failure) {
                LOG.error(holder.loop(), "a lease could not say how slow its client is", failure);
                return 0;
            }
        }

        private void giveWay() {
            Lease lease = slowest;
            slowest = null;
            boolean forShare = wasForShare;
            try {
                if (lease != null && isNeeded(forShare)) giveWay(lease);
            } finally {
                // Why: the slot is free only when the descriptor is.
                side.loop().afterClosing(() -> {
                    cameFree(forShare);
                    lender.look(side.loop());
                });
            }
        }

        private boolean isNeeded(boolean forShare) {
            return forShare ? lender.waitsForShare() : !slots.isExceeded();
        }

        private void giveWay(Lease lease) {
            PoolEntry entry = lease.held();
            if (entry == null) return;
            try {
                if (lease.slowNanos() < limitNanos || !lease.endIfStalled()) return;
                side.tally().add(PoolCount.GAVE_WAY);
                lender.gaveWay(lease);
            } catch (RuntimeException | Error failure) { // Why: nobody knows whether its lease would ever end.
                lender.breakLease(entry, lease);
                throw failure;
            }
        }

        void later(long nanos) {
            if (side.isClosed()) return;
            side.endWithLoop();
            side.loop().schedule(again, Math.max(AGAIN_NANOS_MIN, nanos));
        }
    }

    /// @param limitNanos how long a whole block may take to move while others wait
    SlowestSearch(Lender lender, Entries entries, SlotDemand slots, List<IdleList> shelves, long limitNanos) {
        this.lender = lender;
        this.entries = entries;
        this.slots = slots;
        this.limitNanos = limitNanos;
        this.parts = shelves.stream().map(Part::new).toList();
    }

    /// Begins a search, unless one is under way or nobody waits that a connection is not coming for.
    ///
    /// @param here whose thread this is
    void begin(EventLoop here) {
        if (!isNeeded() || !isRunning.compareAndSet(false, true)) return;
        isForShare = !slots.isUnmet();
        missing.set(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (part.side.loop().post(part.asked)) continue;
            // Why: a loop that is closed has nobody to give way, and nobody else writes its part any more.
            part.slowest = null;
            part.slowNanos = 0;
            answered(here);
        }
    }

    private boolean isNeeded() {
        return slots.isUnmet() || (!isShareComing.get() && lender.waitsForShare());
    }

    /// The loop is closing its side of the lender.
    void stop(EventLoop loop) {
        loop.wheel().cancel(parts.get(loop.index()).again);
    }

    private void answered(EventLoop here) {
        if (missing.decrementAndGet() > 0) return;
        Part most = parts.getFirst();
        for (int i = 1; i < parts.size(); i++) {
            if (parts.get(i).slowNanos > most.slowNanos) most = parts.get(i);
        }
        boolean forShare = isForShare;
        if (most.slowNanos < limitNanos) {
            isRunning.set(false);
            parts.get(here.index()).later(limitNanos - most.slowNanos);
        } else if (forShare ? isShareComing.compareAndSet(false, true) : slots.tryExpect()) {
            most.wasForShare = forShare;
            boolean isTold = most.side.loop().post(most.chosen);
            // Why: only now, or the next search could look at that loop before it hears of this one.
            isRunning.set(false);
            if (isTold) return;
            cameFree(forShare);
            begin(here);
        } else {
            isRunning.set(false);
            // Why: whoever began to wait just before found a search under way.
            begin(here);
        }
    }

    private void cameFree(boolean forShare) {
        if (forShare) isShareComing.set(false);
        else slots.expectedEnded();
    }
}
