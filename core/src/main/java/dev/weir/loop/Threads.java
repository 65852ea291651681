package dev.weir.loop;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;

/// The one door to new threads: each is named, in the ledger, and can be joined.
///
/// **Threads:** thread-safe.
public final class Threads {
    private final Ledger ledger;

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
        return start(Thread.ofVirtual().name(name).unstarted(counted(entry, body)), entry);
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

    private static Thread start(Thread thread, Entry entry) {
        try {
            thread.start();
            return thread;
        } catch (RuntimeException | Error failure) {
            entry.close();
            throw failure;
        }
    }
}
