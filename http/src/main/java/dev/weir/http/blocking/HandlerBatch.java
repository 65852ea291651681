package dev.weir.http.blocking;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Threads;
import org.jspecify.annotations.Nullable;

/// The blocking exchanges of one loop that begin in one turn: the loop starts the thread of the first, and that
/// thread starts the others before it runs its handler. Why: each thread that a loop starts may wake a carrier
/// thread, which costs a system call and a context switch. A thread that a virtual thread starts is queued on
/// the same carrier.
///
/// **Threads:** confined to its loop.
/// **Limits:** those of [BlockingHandlers].
final class HandlerBatch implements EventLoop.TurnEnd {
    private final EventLoop loop;
    private final Threads threads;
    private @Nullable BlockingExchange first;
    private @Nullable BlockingExchange last;

    HandlerBatch(EventLoop loop, Threads threads) {
        this.loop = loop;
        this.threads = threads;
    }

    void add(BlockingExchange one) {
        BlockingExchange before = last;
        last = one;
        if (before != null) {
            before.link(one);
            return;
        }
        first = one;
        loop.atTurnEnd(this);
    }

    @Override
    public void turnEnds() {
        BlockingExchange beginning = first;
        first = null;
        last = null;
        while (beginning != null && !beginning.start(threads)) beginning = beginning.unlink();
    }
}
