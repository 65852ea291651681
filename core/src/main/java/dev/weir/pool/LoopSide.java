package dev.weir.pool;

import dev.weir.ledger.Counts;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// The part of a pool that belongs to one loop: its attempts to connect, its counts, and what a subclass adds.
///
/// **Owns:** its attempts; it ends all of them when the pool or the loop closes, whichever is first.
/// **Threads:** confined to its loop, except for methods named `ask…`, which are thread-safe.
public abstract class LoopSide {
    private final EventLoop loop;
    private final Counts<PoolCount> tally = new Counts<>(PoolCount.class);
    private final List<Attempt> attempts = new ArrayList<>();

    @SuppressWarnings("this-escape") // Why: run only when the pool closes, which is made by then.
    private final Mailbox.Node closing = new Mailbox.Node(this::close);

    private final Runnable closingWithLoop = this::close;
    private final Runnable closed;
    private final AtomicBoolean isToldClosed = new AtomicBoolean();
    private boolean endsWithLoop;
    private boolean isClosed;

    /// Creates the part of `loop`.
    ///
    /// @param closed run once, on any thread, when no connection is made here any more
    protected LoopSide(EventLoop loop, Runnable closed) {
        this.loop = loop;
        this.closed = closed;
    }

    /// Closes the idle connections of this loop, because its part of the pool closes.
    protected abstract void closeIdle();

    /// Its loop.
    public final EventLoop loop() {
        return loop;
    }

    /// What has happened here.
    public final Counts<PoolCount> tally() {
        return tally;
    }

    /// Whether it has closed: no connection is kept or made here any more.
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

    /// Closes this part when the loop closes. Why: a loop that fails closes before the pool does.
    public final void endWithLoop() {
        if (endsWithLoop) return;
        endsWithLoop = true;
        loop.atClose(closingWithLoop);
    }

    /// Asks the loop, from any thread, to close idle connections and attempts, and to keep nothing from now on.
    void askToClose() {
        // Why: a closed loop has closed this part with it, but only if it had anything to close.
        if (!loop.post(closing)) tellClosed();
    }

    private void tellClosed() {
        if (isToldClosed.compareAndSet(false, true)) closed.run();
    }

    private void close() {
        if (isClosed) return; // Why: each close of the pool asks for it again.
        isClosed = true;
        endsWithLoop = false;
        loop.cancelAtClose(closingWithLoop);
        closeIdle();
        for (Attempt attempt : List.copyOf(attempts)) attempt.poolClosed();
        tellClosed();
    }
}
