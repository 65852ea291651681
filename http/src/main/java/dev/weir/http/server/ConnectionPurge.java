package dev.weir.http.server;

import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.server.Listening;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Closes one connection of a full server to make room for the next one: idle ones first, and among them the
/// one on which no byte has moved for longest.
///
/// **Threads:** [#purgeOne] is confined to the loop that accepts; each loop then searches its own connections.
/// **Limits:** at most eight searches in one turn, each over all connections of a loop.
final class ConnectionPurge {
    private static final int LOOKS_MAX = 8;

    private final LoopGroup group;

    ConnectionPurge(LoopGroup group) {
        this.group = group;
    }

    void purgeOne(Listening full) {
        askLoop(full, 0);
    }

    /// Asks one loop after the other to close a connection, because each loop knows only its own.
    private void askLoop(Listening full, int index) {
        if (index == group.loops().size()) return;
        EventLoop loop = group.loops().get(index);
        group.execute(loop, () -> {
            if (!purgeOn(full, loop)) askLoop(full, index + 1);
        });
    }

    private static boolean purgeOn(Listening full, EventLoop loop) {
        // Why: a connection whose request has just arrived is served, and another is sought; after the last search one
        // is
        // closed in any case.
        for (int looks = LOOKS_MAX; ; looks--) {
            Http1Connection longestIdle = longestIdle(full, loop);
            if (longestIdle == null) return false;
            if (looks == 0) longestIdle.purgeNow();
            if (looks == 0 || longestIdle.purge()) return true;
        }
    }

    private static @Nullable Http1Connection longestIdle(Listening full, EventLoop loop) {
        var search = new LongestIdle(loop.nowNanos());
        forEachInside(full, loop, search::count);
        // Why: if all connections were exempt, the next to arrive would be closed before it could send its request.
        search.mayKeep = search.keeping < search.inside / 2;
        forEachInside(full, loop, search::look);
        return search.found;
    }

    private static void forEachInside(Listening full, EventLoop loop, Consumer<Http1Connection> visitor) {
        full.forEachOn(loop, connection -> {
            if (connection.conversation() instanceof Http1Connection one && one.isInside()) visitor.accept(one);
        });
    }

    /// Finds the connection to purge. First come idle ones, then those that are being served or have only just
    /// moved a byte and may be about to send a request, last those whose request is exempt, unless these are
    /// half of the loop's connections. Among equals the one that has moved no byte for longest comes first.
    private static final class LongestIdle {
        // Why: otherwise a new one would be closed before its request could be read, if all others are being served.
        private static final long SPEAKS_WITHIN_NANOS = 100_000_000;

        private final long nowNanos;
        private @Nullable Http1Connection found;
        private int inside; // on this loop
        private int keeping;
        private boolean mayKeep;

        LongestIdle(long nowNanos) {
            this.nowNanos = nowNanos;
        }

        void count(Http1Connection one) {
            inside++;
            if (one.isExemptFromPurge()) keeping++;
        }

        void look(Http1Connection one) {
            if (found == null || comesBefore(one, found)) found = one;
        }

        private boolean comesBefore(Http1Connection one, Http1Connection other) {
            int need = need(one) - need(other);
            if (need != 0) return need < 0;
            return one.connection().traffic().lastNanos()
                            - other.connection().traffic().lastNanos()
                    < 0;
        }

        private int need(Http1Connection one) {
            if (mayKeep && one.isExemptFromPurge()) return 2;
            boolean mayBeAboutToSpeak = nowNanos - one.connection().traffic().lastNanos() < SPEAKS_WITHIN_NANOS;
            return one.isBeingServed() || mayBeAboutToSpeak ? 1 : 0;
        }
    }
}
