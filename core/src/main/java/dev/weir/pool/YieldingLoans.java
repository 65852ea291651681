package dev.weir.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/// The loans of a cache that last only while nobody waits for a connection, oldest first, over all loops.
///
/// As many as others wait are asked at once, each through the mailbox of its loop. One that is no longer needed when
/// its
/// loop looks goes back to the front.
///
/// **Threads:** thread-safe.
/// **Limits:** no more memory than the borrowers' own.
/// **Source:** ADR 25.
final class YieldingLoans {
    private final ConnectionCache cache;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private @Nullable Borrower oldest;

    @GuardedBy("lock")
    private @Nullable Borrower newest;

    /// Those that were asked, and whose slots are not free yet.
    @GuardedBy("lock")
    private int coming;

    @GuardedBy("lock")
    private int listed;

    private volatile int length; // what others see of `listed`

    YieldingLoans(ConnectionCache cache) {
        this.cache = cache;
    }

    /// Lets the loan of `borrower` yield from now on; on its loop.
    void add(Borrower borrower) {
        if (borrower.yields) return;
        borrower.yields = true;
        borrower.yielding();
        synchronized (lock) {
            // Why: one that was asked for the sake of an earlier loan is looked at anew when its loop hears of that.
            if (!borrower.isAskedToYield) append(borrower);
        }
        serve();
    }

    /// The loan of `borrower` has ended, or is needed again; on its loop.
    void remove(Borrower borrower) {
        if (!borrower.yields) return;
        borrower.yields = false;
        synchronized (lock) {
            if (borrower.isListedToYield) unlink(borrower);
        }
    }

    /// How many loans end as soon as somebody waits, those included that were asked already; may be a little old.
    int size() {
        synchronized (lock) {
            return length + coming;
        }
    }

    /// Asks as many as others wait, but for those that were asked already; on any thread.
    void serve() {
        while (length > 0) {
            Borrower asked;
            synchronized (lock) {
                if (oldest == null || !cache.coming().tryExpect()) return;
                asked = oldest;
                unlink(asked);
                asked.isAskedToYield = true;
                coming++;
            }
            // Why: a loop that is closed closes its connections by itself.
            if (!asked.loop.post(asked.yielding())) hasYielded();
        }
    }

    /// `borrower` was asked; on its loop.
    void asked(Borrower borrower) {
        boolean isNeeded = !cache.coming().areTooMany();
        synchronized (lock) {
            borrower.isAskedToYield = false;
            if (borrower.yields && !isNeeded) prepend(borrower);
        }
        try {
            if (borrower.yields && isNeeded) yields(borrower);
        } finally {
            // Why: the slot is free only when the descriptor is.
            borrower.loop.afterClosing(() -> {
                hasYielded();
                cache.look(borrower.loop);
            });
        }
    }

    private void yields(Borrower borrower) {
        borrower.yields = false;
        cache.count(borrower.loop, PoolCount.YIELDED);
        PoolEntry loan = borrower.entry;
        try {
            borrower.yieldsNow();
        } catch (RuntimeException | Error failure) { // Why: a loan that does not end would keep its slot for ever.
            cache.breakLoan(loan, borrower);
            throw failure;
        }
    }

    private void hasYielded() {
        synchronized (lock) {
            coming--;
        }
        cache.coming().came();
    }

    @GuardedBy("lock")
    private void append(Borrower borrower) {
        borrower.olderYielding = newest;
        if (newest == null) oldest = borrower;
        else newest.newerYielding = borrower;
        newest = borrower;
        listed(borrower);
    }

    @GuardedBy("lock")
    private void prepend(Borrower borrower) {
        borrower.newerYielding = oldest;
        if (oldest == null) newest = borrower;
        else oldest.olderYielding = borrower;
        oldest = borrower;
        listed(borrower);
    }

    @GuardedBy("lock")
    private void listed(Borrower borrower) {
        borrower.isListedToYield = true;
        count(1);
    }

    @GuardedBy("lock")
    private void unlink(Borrower borrower) {
        if (borrower.olderYielding == null) oldest = borrower.newerYielding;
        else borrower.olderYielding.newerYielding = borrower.newerYielding;
        if (borrower.newerYielding == null) newest = borrower.olderYielding;
        else borrower.newerYielding.olderYielding = borrower.olderYielding;
        borrower.newerYielding = null;
        borrower.olderYielding = null;
        borrower.isListedToYield = false;
        count(-1);
    }

    @GuardedBy("lock")
    private void count(int change) {
        listed += change;
        length = listed;
    }
}
