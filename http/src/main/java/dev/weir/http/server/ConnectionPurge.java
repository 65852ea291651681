package dev.weir.http.server;

import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.server.Listening;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Closes one connection of a server that is full, for the next one: the one on which no byte has moved for
/// longest, idle ones first.
///
/// **Threads:** [#purgeOne] is confined to the loop that accepts; each loop then looks at its own.
/// **Limits:** at most eight looks in one turn, each over all connections of a loop.
final class ConnectionPurge {
    private static final int LOOKS_MAX = 8;

    private final LoopGroup group;

    ConnectionPurge(LoopGroup group) {
        this.group = group;
    }

    void purgeOne(Listening full) {
        askLoop(full, 0);
    }

    /// Asks one loop after the other to close a connection, because each knows only its own.
    private void askLoop(Listening full, int index) {
        if (index == group.loops().size()) return;
        EventLoop loop = group.loops().get(index);
        group.execute(loop, () -> {
            if (!purgeOn(full, loop)) askLoop(full, index + 1);
        });
    }

    private static boolean purgeOn(Listening full, EventLoop loop) {
        // Why: one whose request has come meanwhile is served, and the next is looked at; in the end one has to go.
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
        // Why: were all places kept, the next to come would be closed before it could speak.
        search.mayKeep = search.keeping < search.inside / 2;
        forEachInside(full, loop, search::look);
        return search.found;
    }

    private static void forEachInside(Listening full, EventLoop loop, Consumer<Http1Connection> visitor) {
        full.forEachOn(loop, connection -> {
            if (connection.conversation() instanceof Http1Connection one && one.isInside()) visitor.accept(one);
        });
    }

    /// One that is being served, or that may just be about to speak, comes after those that do neither, and one
    /// whose request keeps its place comes last, unless half of its loop's do; else the one that has moved no
    /// byte for longest comes first.
    private static final class LongestIdle {
        // Why: or a new one would be closed before its request could be read, while all others are served.
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
