package dev.weir.loop;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;

/// The one door to new threads: each is named, in the ledger, and can be joined.
///
/// **Threads:** thread-safe.
public final class Threads {
    private final Ledger ledger;
    private final LinkedHashSet<Thread> virtual = new LinkedHashSet<>(); // guarded by itself

    /// Threads that `ledger` counts.
    public Threads(Ledger ledger) {
        this.ledger = ledger;
    }

    /// Starts a platform thread that does not keep the JVM alive.
    public Thread platform(String name, Runnable body) {
        Entry entry = ledger.open(Kind.THREAD, name);
        return start(Thread.ofPlatform().name(name).daemon().unstarted(counted(entry, body)), entry);
    }

    /// Starts a virtual thread.
    public Thread virtual(String name, Runnable body) {
        Entry entry = ledger.open(Kind.THREAD, name);
        Thread thread = Thread.ofVirtual().name(name).unstarted(() -> {
            try {
                counted(entry, body).run();
            } finally {
                forget(Thread.currentThread());
            }
        });
        synchronized (virtual) {
            virtual.add(thread);
        }
        return start(thread, entry);
    }

    /// Interrupts the virtual threads that have not ended and waits for them.
    ///
    /// @return whether all have ended; those that have not are in the ledger by name
    boolean endVirtual(Deadline deadline, Clock clock) {
        List<Thread> left;
        synchronized (virtual) {
            left = List.copyOf(virtual);
        }
        for (Thread thread : left) thread.interrupt();
        boolean ended = true;
        for (Thread thread : left) ended &= join(thread, deadline, clock);
        return ended;
    }

    /// Waits for a thread until a deadline.
    ///
    /// @return whether it has ended
    static boolean join(Thread thread, Deadline deadline, Clock clock) {
        long millis = Math.max(1, Math.min(deadline.leftNanos(clock.nanoTime()) / 1_000_000, 3_600_000));
        try {
            return thread.join(Duration.ofMillis(millis));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void forget(Thread ended) {
        synchronized (virtual) {
            virtual.remove(ended);
        }
    }

    private static Runnable counted(Entry entry, Runnable body) {
        return () -> {
            try {
                body.run();
            } finally {
                entry.close();
            }
        };
    }

    private Thread start(Thread thread, Entry entry) {
        try {
            thread.start();
            return thread;
        } catch (RuntimeException | Error failure) {
            entry.close();
            forget(thread);
            throw failure;
        }
    }
}
