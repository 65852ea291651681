package dev.weir.pool;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// What one loop keeps for a pool: its attempts to connect, its counts, and what its discipline adds.
///
/// **Owns:** its attempts; it gives everything up when the pool or the loop closes, whichever is first.
/// **Threads:** confined to its loop; what asks the loop is thread-safe.
public abstract class LoopSide {
    private final EventLoop loop;
    private final PoolTally tally = new PoolTally();
    private final List<Attempt> attempts = new ArrayList<>();

    @SuppressWarnings("this-escape") // Why: run only when the pool closes, which is made by then.
    private final Mailbox.Node closing = new Mailbox.Node(this::close);

    private final Runnable closingWithLoop = this::close;
    private final Runnable closed;
    private final AtomicBoolean isToldClosed = new AtomicBoolean();
    private boolean endsWithLoop;
    private boolean isClosed;

    /// The part of `loop`.
    ///
    /// @param closed called once, on any thread, when no connection is made here any more
    protected LoopSide(EventLoop loop, Runnable closed) {
        this.loop = loop;
        this.closed = closed;
    }

    /// Closes what is idle here; the loop is giving its part of the pool up.
    protected abstract void closeIdle();

    /// Its loop.
    public final EventLoop loop() {
        return loop;
    }

    /// What has happened here.
    public final PoolTally tally() {
        return tally;
    }

    /// Whether nothing is kept or made here any more.
    public final boolean isClosed() {
        return isClosed;
    }

    void begins(Attempt attempt) {
        endWithLoop();
        attempts.add(attempt);
    }

    void ended(Attempt attempt) {
        attempts.remove(attempt);
    }

    /// From now on there is something to be given up with the loop. Why: a loop that cannot go on closes before
    /// anybody closes the pool.
    public final void endWithLoop() {
        if (endsWithLoop) return;
        endsWithLoop = true;
        loop.atClose(closingWithLoop);
    }

    /// Asks the loop, from any thread, to close what is idle or being made, and to keep nothing from now on.
    void askToClose() {
        // Why: a loop that has closed took what was here with it; one on which nothing ever was does not know of it.
        if (!loop.post(closing)) tellClosed();
    }

    private void tellClosed() {
        if (isToldClosed.compareAndSet(false, true)) closed.run();
    }

    private void close() {
        if (isClosed) return; // Why: it is asked once for each close of the pool.
        isClosed = true;
        endsWithLoop = false;
        loop.cancelAtClose(closingWithLoop);
        closeIdle();
        for (Attempt attempt : List.copyOf(attempts)) attempt.poolClosed();
        tellClosed();
    }
}
