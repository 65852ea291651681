package dev.weir.loop;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The one place that starts threads: each is named, counted in the ledger, and can be joined.
///
/// **Threads:** thread-safe.
public final class Threads {
    private static final long JOIN_NANOS_MIN = 1_000_000;
    private static final long JOIN_NANOS_MAX = 3_600_000_000_000L;

    private final Ledger ledger;
    private final Baton baton;
    private final Virtual virtual = new Virtual(); // the head of a ring; guarded by itself

    /// Threads that `ledger` counts.
    public Threads(Ledger ledger) {
        this(ledger, Baton.FREE);
    }

    /// Threads that `ledger` counts and that run when they have `baton`.
    public Threads(Ledger ledger, Baton baton) {
        this.ledger = ledger;
        this.baton = baton;
    }

    /// Starts a platform thread that does not keep the JVM alive.
    public Thread platform(String name, Runnable body) {
        Entry entry = ledger.open(Kind.THREAD, name);
        try {
            Thread thread = Thread.ofPlatform().name(name).daemon().unstarted(() -> {
                try {
                    baton.begins();
                    body.run();
                } finally {
                    entry.close();
                    baton.ends();
                }
            });
            baton.start(thread);
            return thread;
        } catch (RuntimeException | Error failure) {
            entry.close();
            throw failure;
        }
    }

    /// A virtual thread that has not ended, and its neighbours in the ring of all.
    private static final class Virtual {
        private @Nullable Thread thread;
        private Virtual before = this;
        private Virtual behind = this;
    }

    /// Starts a virtual thread.
    public Thread virtual(String name, Runnable body) {
        Entry entry = ledger.open(Kind.THREAD, name);
        var one = new Virtual();
        try {
            Thread thread = Thread.ofVirtual().name(name).unstarted(() -> {
                try {
                    baton.begins();
                    body.run();
                } finally {
                    entry.close();
                    forget(one);
                    baton.ends();
                }
            });
            one.thread = thread;
            remember(one);
            baton.start(thread);
            return thread;
        } catch (RuntimeException | Error failure) {
            entry.close();
            forget(one);
            throw failure;
        }
    }

    /// Starts the thread that closes its owner and checks the balance of the ledger, which therefore does not
    /// count it. It ends by itself right after its result is there.
    Thread last(String name, Runnable body) {
        Thread thread = Thread.ofPlatform().name(name).daemon().unstarted(() -> {
            try {
                baton.begins();
                body.run();
            } finally {
                baton.ends();
            }
        });
        baton.start(thread);
        return thread;
    }

    /// Whether `thread` is a virtual thread that was started here.
    boolean isVirtual(Thread thread) {
        return thread.isVirtual() && alive().contains(thread);
    }

    /// Interrupts the virtual threads that have not ended and waits for them.
    ///
    /// @param interrupted takes the name of each
    /// @return whether all have ended; the ledger names those that have not
    boolean endVirtual(Deadline deadline, Clock clock, Consumer<String> interrupted) {
        alive().forEach(thread -> interrupted.accept(thread.getName()));
        // Why: one that has not ended may start others, so the look is repeated until it finds none.
        for (List<Thread> left = alive(); !left.isEmpty(); left = alive()) {
            for (Thread thread : left) thread.interrupt();
            boolean ended = true;
            for (Thread thread : left) ended &= join(thread, deadline, clock);
            if (!ended) return false;
        }
        return true;
    }

    private List<Thread> alive() {
        List<Thread> alive = new ArrayList<>();
        synchronized (virtual) {
            for (Virtual one = virtual.behind; one.thread != null; one = one.behind) alive.add(one.thread);
        }
        return alive;
    }

    /// Waits for a thread until a deadline.
    ///
    /// @return whether it has ended
    boolean join(Thread thread, Deadline deadline, Clock clock) {
        long left = deadline.leftNanos(clock.nanoTime());
        try {
            return baton.awaitEnd(thread, Math.clamp(left, JOIN_NANOS_MIN, JOIN_NANOS_MAX));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Why a ring and not a set: a thread is started for each exchange, and a set would cost a hash and a node
    /// each time.
    private void remember(Virtual one) {
        synchronized (virtual) {
            one.behind = virtual;
            one.before = virtual.before;
            one.before.behind = one;
            virtual.before = one;
        }
    }

    private void forget(Virtual ended) {
        synchronized (virtual) {
            ended.before.behind = ended.behind;
            ended.behind.before = ended.before;
            // Why: a dead node in the old generation would keep the nodes linked behind it alive.
            ended.before = ended;
            ended.behind = ended;
        }
    }
}
