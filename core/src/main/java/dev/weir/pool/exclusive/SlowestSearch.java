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

/// Finds the lease with the slowest client while others wait for a connection, and ends it.
///
/// Each loop is asked, through its mailbox, for the slowest of its own leases; the last loop to answer chooses the
/// slowest of all. The chosen lease is checked once more on its own loop and ended if it is still slow. Then the
/// next search begins, as long as more slots are needed than expected.
///
/// If all waiters need a part of the slow share and none is left, only leases with such a part are searched, and
/// one of them at a time is ended.
///
/// **Threads:** each part is confined to its loop; the choice is made on the loop that answers last.
/// **Limits:** one search at a time, and none while nobody waits. A search looks at all connections once. If no
/// lease is slow enough, the search is repeated when the slowest one may be, not earlier.
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

    /// Whether the current search looks only at leases with a part of the slow share.
    private volatile boolean isForShare;

    /// The part of one loop in a search.
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
                // Why: fields of another loop's entry may be stale; those of a lease of this loop are not.
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

        /// Why: foreign code must not throw here, because a search that does not end would be the last one.
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
            } catch (RuntimeException | Error failure) { // Why: otherwise the lease might never end.
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

    /// @param limitNanos how long the client of a lease may take to move a block while others wait
    SlowestSearch(Lender lender, Entries entries, SlotDemand slots, List<IdleList> shelves, long limitNanos) {
        this.lender = lender;
        this.entries = entries;
        this.slots = slots;
        this.limitNanos = limitNanos;
        this.parts = shelves.stream().map(Part::new).toList();
    }

    /// Begins a search, unless one is running or a slot is expected for each waiter.
    ///
    /// @param here the calling loop
    void begin(EventLoop here) {
        if (!isNeeded() || !isRunning.compareAndSet(false, true)) return;
        isForShare = !slots.isUnmet();
        missing.set(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (part.side.loop().post(part.asked)) continue;
            // Why: a closed loop has no leases to end, and no other thread writes its part any more.
            part.slowest = null;
            part.slowNanos = 0;
            answered(here);
        }
    }

    private boolean isNeeded() {
        return slots.isUnmet() || (!isShareComing.get() && lender.waitsForShare());
    }

    /// `loop` closes its part of the cache.
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
            // Why: only now, or the next search could reach that loop before the result of this one.
            isRunning.set(false);
            if (isTold) return;
            cameFree(forShare);
            begin(here);
        } else {
            isRunning.set(false);
            // Why: a waiter that came just before found a search running and did not begin one.
            begin(here);
        }
    }

    private void cameFree(boolean forShare) {
        if (forShare) isShareComing.set(false);
        else slots.expectedEnded();
    }
}
