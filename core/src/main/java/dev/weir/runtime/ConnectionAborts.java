package dev.weir.runtime;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Connections;
import dev.weir.loop.CloseReport;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// Resets the connections that are left at a deadline, each on its own loop, and names what was in flight.
///
/// **Threads:** thread-safe.
/// **Limits:** [CloseReport#CUT_NAMED_MAX] are named, the others counted.
final class ConnectionAborts {
    private final Predicate<Connection> chosen;
    private final AtomicInteger loopsLeft = new AtomicInteger();
    private final List<String> named = new ArrayList<>(); // guarded by itself
    private int more; // guarded by `named`

    private ConnectionAborts(Predicate<Connection> chosen) {
        this.chosen = chosen;
    }

    /// Begins; a loop that is open does its part in its next turn, or when it closes.
    static ConnectionAborts of(Connections connections, Predicate<Connection> chosen) {
        var aborts = new ConnectionAborts(chosen);
        for (var roster : connections.rosters()) {
            EventLoop loop = roster.loop();
            aborts.loopsLeft.incrementAndGet();
            boolean posted = loop.post(new Mailbox.Node(() -> {
                try {
                    roster.forEach(aborts::cut);
                } finally {
                    aborts.loopsLeft.decrementAndGet();
                }
            }));
            if (!posted) aborts.loopsLeft.decrementAndGet();
        }
        return aborts;
    }

    /// Whether every loop has done its part.
    boolean isDone() {
        return loopsLeft.get() == 0;
    }

    private void cut(Connection one) {
        if (!chosen.test(one)) return;
        if (one.isLingering()) {
            // Why: all output is sent, and a reset could still destroy it.
            one.close(CloseReason.CLOSED);
            return;
        }
        String unfinished = one.conversation().unfinished();
        if (!unfinished.isEmpty()) add(one, unfinished);
        one.abort(CloseReason.CLOSED);
    }

    private void add(Connection one, String unfinished) {
        synchronized (named) {
            if (named.size() == CloseReport.CUT_NAMED_MAX) {
                more++;
                return;
            }
            long millis = (one.loop().nowNanos() - one.openedNanos()) / 1_000_000;
            named.add(one.label() + ", " + one.peer().toString() + ": " + unfinished + ", connected for " + millis
                    + " ms");
        }
    }

    /// What was cut until now.
    List<String> named() {
        synchronized (named) {
            var all = new ArrayList<>(named);
            if (more > 0) all.add("and " + more + " more");
            return all;
        }
    }
}
