package dev.weir.loop;

import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.ledger.LedgerListener;
import dev.weir.ledger.Tally;
import dev.weir.memory.BufferPool;
import dev.weir.memory.MemoryBudget;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.wait.KeptBlocks;
import dev.weir.memory.wait.LoopTask;
import dev.weir.memory.wait.OwnerLoop;
import dev.weir.time.Chance;
import dev.weir.time.Clock;
import dev.weir.time.SteadyClock;
import dev.weir.time.Timer;
import dev.weir.time.TimerWheel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An event loop: one thread on which everything about its connections happens, without locks.
///
/// A turn: mailbox, due timers, poll and readiness handlers, then the actions registered for the end of the
/// turn (one write per connection), then the descriptors closed in this turn are freed.
///
/// **Owns:** its poller, its scratch blocks.
/// **Threads:** confined to the thread that turns it; [#post], [#loopTask], [#isCurrent], what it was made of
/// ([#pool], [#kept], [#clock]) and the names are for any thread. Any other method throws on a foreign thread,
/// as do connections, timers and exchanges of this loop.
/// **Waits:** only in its poller, and only when there is nothing to do.
/// **Limits:** per turn 1024 mailbox items.
/// **Fails:** an exception of a step of a turn is logged, and the loop goes on. It cannot go on after a
/// [VirtualMachineError], or when its poller or its clock has failed 16 times in a row: then it stops, and
/// [#failure] says why. While its clock cannot be read, its time stands still. A call on a foreign
/// thread throws [IllegalStateException], which names both threads.
/// **Source:** ADR 20, an exchange is answered from any thread; ADR 28, a loop that cannot go on ends.
public final class EventLoop implements OwnerLoop {
    /// Bytes of each scratch block: a normal block and room for a head that grows when it is rewritten.
    public static final int SCRATCH_BYTES = 20 * 1024;

    private static final String READ_SCRATCH = "read scratch";
    private static final String WRITE_SCRATCH = "write scratch";
    private static final String WRAP_SCRATCH = "wrap scratch";

    /// The line of a plan for the scratch blocks in which heads longer than a normal block are rewritten.
    public static final String LARGE_SCRATCH = "large head scratch";

    /// Calls of its poller, or of its clock, that may fail in a row before the loop fails.
    static final int FAILURES_MAX = 16;

    /// The loop whose thread is running; bound for the life of a loop's own thread.
    static final ScopedValue<EventLoop> CURRENT = ScopedValue.newInstance();

    private static final FailureLog LOG = FailureLog.of(EventLoop.class);
    private static final int MAILBOX_ITEMS_PER_TURN = 1024;

    private final String name;
    private final int index;
    private final Clock clock;
    private final Poller poller;
    private final BufferPool pool;
    private final Tally tally;
    private final Chance chance;
    private final TimerWheel wheel;
    private final Mailbox mailbox = new Mailbox();
    private final MemoryBudget budget;
    private final ByteBuffer readScratch;
    private final ByteBuffer writeScratch;
    private @Nullable ByteBuffer wrapScratch;
    private @Nullable ByteBuffer largeScratch;
    private final FailureListener failed;
    private List<TurnEnd> ending = new ArrayList<>();
    private List<TurnEnd> endingNow = new ArrayList<>();
    private List<Runnable> reaping = new ArrayList<>();
    private List<Runnable> reapingNow = new ArrayList<>();
    private final List<Runnable> lasts = new ArrayList<>();
    private @Nullable TurnEnd scratchOwner;
    private volatile boolean asleep;
    private volatile boolean stopping;
    private volatile @Nullable Throwable failure; // why the loop failed
    private int endingNext; // the first in `endingNow` that was not called
    private int reapingNext;
    private int pollFailures; // in a row
    private int settleFailures; // in a row
    private int clockFailures; // that are logged
    private boolean polling;

    // Why: a plain field, so that reading it costs nothing. Each thread writes only itself here and sees its own
    // writes, so a thread never takes itself for the loop's thread when it is not.
    private @Nullable Thread thread;

    private boolean hasOwnThread; // no other thread ever turns it
    private boolean sleepsOn; // the turn has returned but the loop sleeps: only in a simulation
    private boolean closed;
    private boolean isPollerClosed;
    private boolean turning;
    private volatile boolean gone;
    private boolean nowIsOld = true;
    private long nowNanos;
    private long turnsMade;
    private long polls;
    private volatile long turns; // `turnsMade` as other threads see it

    /// An object that acts once more before the turn ends, such as a connection with output.
    public interface TurnEnd {
        /// Called once for each registration.
        void turnEnds();
    }

    /// A loop that is not turned yet.
    ///
    /// @param index its place among the loops of the budget, from 0
    public EventLoop(String name, int index, Context context, Poller poller) {
        this.name = name;
        this.index = index;
        this.clock = SteadyClock.of(context.clock());
        this.poller = poller;
        this.pool = context.budget().pool();
        this.budget = context.budget();
        this.tally = context.ledger().tally(name);
        this.chance = new Chance(context.seed() + index, poller.rare());
        this.wheel = new TimerWheel(
                clock.nanoTime(), new WatchedTimers(this, context.ledger().listener()));
        this.failed = context.failed();
        this.readScratch = context.budget().fixed(READ_SCRATCH, SCRATCH_BYTES);
        this.writeScratch = context.budget().fixed(WRITE_SCRATCH, SCRATCH_BYTES);
        context.ledger().gauge(Kind.TIMER, name, wheel::live);
        // Why: this loads the classes it needs; after a failure there may be no memory to load them.
        if (!canGoOnAfter(new IllegalStateException("nothing has failed yet"))) stopping = true;
    }

    /// Notifies the ledger's listener of the timers of one loop.
    private record WatchedTimers(EventLoop loop, LedgerListener listener) implements TimerWheel.Listener {
        @Override
        public void requireOwner() {
            loop.requireCurrent();
        }

        @Override
        public void scheduled(Timer timer) {
            listener.opened(Kind.TIMER, timer, loop.name);
        }

        @Override
        public void ended(Timer timer) {
            listener.ended(Kind.TIMER, timer);
        }
    }

    /// What all loops of a group share.
    ///
    /// @param seed the seed of the group's random numbers
    /// @param failed notified when a loop fails
    public record Context(Clock clock, Ledger ledger, MemoryBudget budget, long seed, FailureListener failed) {}

    /// Notified when a loop fails.
    public interface FailureListener {
        /// Called once, by the thread that turns `loop`, when it has made its last turn and is not yet closed.
        /// There may be no memory left.
        void loopFailed(EventLoop loop, Throwable why);
    }

    /// Its name, which is its thread's.
    public String name() {
        return name;
    }

    /// Its place among the loops of the budget.
    public int index() {
        return index;
    }

    /// The poller it waits in.
    public Poller poller() {
        return poller;
    }

    /// The buffer pool that all loops share; pass it [#index] as the number of the cache.
    public BufferPool pool() {
        return pool;
    }

    /// Its timers.
    public TimerWheel wheel() {
        requireCurrent();
        return wheel;
    }

    /// Its counts in the ledger.
    public Tally tally() {
        requireCurrent();
        return tally;
    }

    /// Its source of random numbers.
    public Chance chance() {
        requireCurrent();
        return chance;
    }

    /// The lines that the loops need in the fixed part of a plan.
    ///
    /// @param loops how many loops there are
    public static List<MemoryPlan.Line> fixedLines(int loops) {
        return List.of(
                new MemoryPlan.Line(READ_SCRATCH, loops, SCRATCH_BYTES),
                new MemoryPlan.Line(WRITE_SCRATCH, loops, SCRATCH_BYTES),
                new MemoryPlan.Line(WRAP_SCRATCH, loops, SCRATCH_BYTES));
    }

    /// The bytes of [#fixedLines].
    ///
    /// @param loops how many loops there are
    public static long fixedBytes(int loops) {
        return fixedLines(loops).stream().mapToLong(MemoryPlan.Line::bytes).sum();
    }

    /// A block whose content is not kept: for reading what is thrown away and for encoding what is copied at
    /// once.
    public ByteBuffer readScratch() {
        requireCurrent();
        return readScratch;
    }

    /// A second block beside the one that [#claimWriteScratch] lends: for a transport that wraps output in
    /// records of its own and writes them at once. Its content is not kept. Allocated at first use.
    public ByteBuffer wrapScratch() {
        requireCurrent();
        ByteBuffer scratch = wrapScratch;
        if (scratch == null) {
            scratch = budget.fixed(WRAP_SCRATCH, SCRATCH_BYTES);
            wrapScratch = scratch;
        }
        return scratch;
    }

    /// As [#readScratch], with the bytes of [BlockSize#LARGE]; allocated at first use.
    ///
    /// @throws IllegalStateException when the plan has no line [#LARGE_SCRATCH]
    public ByteBuffer largeScratch() {
        requireCurrent();
        ByteBuffer scratch = largeScratch;
        if (scratch == null) {
            scratch = budget.fixed(LARGE_SCRATCH, BlockSize.LARGE.bytes());
            largeScratch = scratch;
        }
        return scratch;
    }

    /// The blocks of the budget that are kept for one purpose; null when its plan has none.
    public @Nullable KeptBlocks kept(String purpose) {
        return budget.kept(purpose);
    }

    /// The block in which a connection encodes its output of this turn. It has one owner at a time: claiming it
    /// from another owner makes that one write first. The owner's [TurnEnd#turnEnds] is called at the end of
    /// the turn at the latest.
    public ByteBuffer claimWriteScratch(TurnEnd owner) {
        requireCurrent();
        while (scratchOwner != null && scratchOwner != owner) {
            TurnEnd before = scratchOwner;
            before.turnEnds();
            // Why: its write may have closed it, and its end may have made another owner claim the block, which
            // writes first too.
            if (scratchOwner == before) scratchOwner = null;
        }
        if (scratchOwner == owner) return writeScratch;
        scratchOwner = owner;
        writeScratch.clear();
        atTurnEnd(owner);
        return writeScratch;
    }

    /// Releases the write scratch if `owner` has it.
    ///
    /// @return what was encoded, ready to be written before anything else is claimed; null when `owner` does not
    ///     have it
    public @Nullable ByteBuffer releaseWriteScratch(TurnEnd owner) {
        requireCurrent();
        if (scratchOwner != owner) return null;
        scratchOwner = null;
        return writeScratch.flip();
    }

    /// The time of this turn: read from the clock before and after waiting, and again after tasks ran.
    public long nowNanos() {
        requireCurrent();
        if (nowIsOld) {
            nowNanos = clock.nanoTime();
            nowIsOld = false;
        }
        return nowNanos;
    }

    /// The loop's clock.
    public Clock clock() {
        return clock;
    }

    /// Whether the caller is the thread this loop belongs to: its own, or the thread that turned it last by
    /// hand. Costs a comparison.
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /// Throws on a foreign thread: what belongs to a loop is used on its thread only.
    ///
    /// @throws IllegalStateException when the caller is not the thread this loop belongs to
    public void requireCurrent() {
        if (Thread.currentThread() != thread) throw foreign();
    }

    private IllegalStateException foreign() {
        Thread caller = Thread.currentThread();
        Thread owner = thread;
        return new IllegalStateException("used on thread "
                + (caller.getName().isEmpty() ? caller : caller.getName()) + ", but belongs to loop thread "
                + (owner == null ? name : owner.getName()));
    }

    /// The caller turns this loop from now on, and no other ever does.
    void belongToCaller() {
        thread = Thread.currentThread();
        hasOwnThread = true;
    }

    /// The calling thread turns this loop by hand, until another thread does.
    void lendToCaller() {
        thread = Thread.currentThread();
    }

    /// Runs `task` on the calling thread as if the loop ran it; only for a loop that is turned by hand.
    <T> T runByHand(Supplier<T> task) {
        Thread before = thread;
        thread = Thread.currentThread();
        try {
            return task.get();
        } finally {
            thread = before;
        }
    }

    /// Asks the loop to run `node`'s task; from any thread.
    ///
    /// @return false when the loop is closed and will not run it
    public boolean post(Mailbox.Node node) {
        if (!mailbox.offer(node)) return false;
        if (asleep && (sleepsOn || !isCurrent())) wake();
        return true;
    }

    /// Ends its wait, from any thread. A poller that throws is asked again, because a loop that sleeps on notices
    /// of nothing.
    void wake() {
        for (int tries = 1; tries <= FAILURES_MAX; tries++) {
            try {
                poller.wake();
                return;
            } catch (Throwable thrown) { // Why: the post or the stop that needs this wake-up is done already.
                if (tries == FAILURES_MAX) LOG.error(this, "it could not be woken", thrown);
            }
        }
    }

    @Override
    public LoopTask loopTask(Runnable task) {
        var node = new Mailbox.Node(task);
        return () -> post(node);
    }

    /// Schedules `timer`, `delayNanos` from now.
    public void schedule(Timer timer, long delayNanos) {
        wheel.schedule(timer, nowNanos() + delayNanos);
    }

    /// Calls `last` once before this turn ends.
    public void atTurnEnd(TurnEnd last) {
        requireCurrent();
        ending.add(last);
    }

    /// Runs `after` at the end of the turn, when the descriptors closed in it are free.
    public void afterClosing(Runnable after) {
        // Why: a closed loop makes no more turns, and its poller has freed every descriptor.
        if (gone) {
            after.run();
            return;
        }
        requireCurrent();
        reaping.add(after);
    }

    /// Runs `last` when this loop closes, for whatever reason, while its poller is still open: what lives on a
    /// loop must not outlive it.
    public void atClose(Runnable last) {
        requireCurrent();
        lasts.add(last);
    }

    /// Cancels [#atClose].
    public void cancelAtClose(Runnable last) {
        requireCurrent();
        lasts.remove(last);
    }

    /// Makes one turn.
    ///
    /// @param waitNanosMax nanoseconds it may wait for an event; 0 never waits
    /// @return how much it did: tasks, timers, handled readiness, endings; 0 when there was nothing to do
    public int turn(long waitNanosMax) {
        if (stopping) return closeInTurn();
        turning = true;
        try {
            return turnOnce(waitNanosMax);
        } finally {
            turning = false;
        }
    }

    private int turnOnce(long waitNanosMax) {
        if (hasOwnThread) requireCurrent();
        else lendToCaller();
        sleepsOn = false;
        if (asleep) asleep = false;
        nowIsOld = true;
        int done = step(Step.MAILBOX, 0) + step(Step.TIMERS, 0) + endTurn();
        // Why: reading the clock costs 20 ns; before a wait the time is read again only when something was done.
        if (done > 0) nowIsOld = true;
        done += step(Step.POLL, waitNanosMax);
        turns = ++turnsMade;
        done += endTurn();
        lookAtClock();
        Throwable why = failure;
        if (why != null && !closed) failed.loopFailed(this, why);
        return done;
    }

    /// Why: readers of the time do not learn that the clock failed, and with a clock that never moves again no
    /// wait would end.
    private void lookAtClock() {
        if (!(clock instanceof SteadyClock steady) || steady.failures() == clockFailures) return;
        clockFailures = steady.failures();
        Throwable why = steady.failure();
        if (why == null) return;
        if (steady.failuresInARow() >= FAILURES_MAX) cannotGoOn(why);
        else LOG.error(this, "the clock failed, and time stands still meanwhile", why);
    }

    private enum Step {
        MAILBOX,
        TIMERS,
        POLL,
        END,
        LAST,
        CLOSE
    }

    /// The one place where exceptions of a step are caught. It decides whether the loop goes on without needing
    /// memory or a log.
    private int step(Step step, long waitNanos) {
        if (failure != null && !closed) return 0;
        try {
            return switch (step) {
                case MAILBOX -> runMailbox();
                case TIMERS -> runTimers();
                case POLL -> poll(waitNanos);
                case END -> flushDirty() + reap();
                case LAST -> runLast();
                case CLOSE -> closePoller();
            };
        } catch (Throwable thrown) { // Why: the boundary; one broken task must not end the others.
            return stepFailed(thrown);
        }
    }

    private int stepFailed(Throwable thrown) {
        asleep = false;
        if (polling) {
            polling = false;
            // Why: it must not be taken for a look that found nothing.
            polls--;
            // Why: the readiness handler has failed, not the poller.
            if (poller.isHandling()) pollFailures = 0;
        }
        if (canGoOnAfter(thrown)) {
            LOG.error(this, "a task failed", thrown);
        } else {
            // Why: no log, which may fail as well or wait; the owner that is notified reports it.
            cannotGoOn(thrown);
        }
        return 1;
    }

    /// Marks the loop as failed: it makes no more turns. The first reason is kept.
    void cannotGoOn(Throwable why) {
        if (failure == null) failure = why;
        stopping = true;
    }

    /// After an error of the virtual machine it is not known what was left half done.
    private boolean canGoOnAfter(Throwable thrown) {
        return !(thrown instanceof VirtualMachineError) && pollFailures < FAILURES_MAX && settleFailures < FAILURES_MAX;
    }

    /// Why the loop failed; null while it works. For any thread.
    public @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public String toString() {
        return name;
    }

    /// A loop that is turned by hand closes on the thread that turns it.
    private int closeInTurn() {
        if (closed) return 0;
        close();
        return 1;
    }

    /// Whether the caller is inside a turn of this loop.
    boolean isInTurn() {
        return turning && isCurrent();
    }

    /// Whether the loop and its poller are closed; for any thread.
    boolean isGone() {
        return gone;
    }

    /// How many turns it has made; an idle loop sleeps and makes none. For any thread, which may see a slightly
    /// older value.
    public long turns() {
        return turns;
    }

    /// Whether it is working, not waiting for events; for any thread, which may see a slightly older value.
    boolean isBusy() {
        return !asleep || poller.isHandling();
    }

    /// The stack of its thread; empty when it has none.
    StackTraceElement[] stack() {
        Thread own = thread;
        return own == null ? new StackTraceElement[0] : own.getStackTrace();
    }

    /// How often it has called its poller.
    public long polls() {
        requireCurrent();
        return polls;
    }

    /// Makes [#turn] return, now and from now on; from any thread.
    void stop() {
        stopping = true;
        if (!mailbox.isClosed()) wake();
    }

    boolean isStopping() {
        return stopping;
    }

    /// Runs the queued tasks of the mailbox, refuses later ones, closes the poller. A failure meanwhile is
    /// logged, and the rest is still done.
    public void close() {
        if (closed) return;
        if (hasOwnThread) requireCurrent();
        else lendToCaller();
        closed = true;
        asleep = false;
        // Why: once before posts are refused, so that tasks which these tasks post to their own loop still run.
        int _ = step(Step.MAILBOX, 0);
        mailbox.close();
        while (!mailbox.isEmpty()) step(Step.MAILBOX, 0);
        // Why: repeated, because the end of one may register another; bounded, because they are foreign code.
        for (int i = 0; i < FAILURES_MAX && (i == 0 || !lasts.isEmpty()); i++) {
            for (int left = lasts.size(); left > 0 && !lasts.isEmpty(); left--) step(Step.LAST, 0);
            endTurn();
        }
        // Why: a poller that fails is closed again, because it holds a descriptor.
        for (int i = 0; i < FAILURES_MAX && !isPollerClosed; i++) step(Step.CLOSE, 0);
        // Why: more may have been registered while the poller closed, or after settling had failed.
        endTurn();
        // Why: its thread may go on to close the other loops, and is no longer this loop's thread.
        if (hasOwnThread) thread = null;
        gone = true;
    }

    private int runLast() {
        lasts.removeLast().run();
        return 1;
    }

    private int runMailbox() {
        boolean one = !closed && chance.rarely(LoopPoint.MAILBOX_ONE_TASK);
        return mailbox.drain(one ? 1 : MAILBOX_ITEMS_PER_TURN);
    }

    private int runTimers() {
        return chance.rarely(LoopPoint.TIMERS_LATE) ? 0 : wheel.advance(nowNanos());
    }

    private int poll(long waitNanosMax) {
        // Why: counted before the poll, because an exception leaves from here.
        pollFailures++;
        pool.updateScarcity();
        int handled = pollOrSleep(waitNanosMax);
        pollFailures = 0;
        return handled;
    }

    private int pollOrSleep(long waitNanosMax) {
        if (waitNanosMax == 0 || !mailbox.isEmpty() || hasEndings()) {
            return pollFor(0);
        }
        long wait = Math.min(waitNanosMax, wheel.nextNanos(nowNanos()));
        asleep = true;
        // Why: a post that came before `asleep` could be seen woke no thread, and settling swallows a wake.
        int handled = pollFor(mailbox.isEmpty() && !stopping ? wait : 0);
        if (handled == Poller.SLEEPS) {
            // Why: so that a post wakes it even from the thread that turned it.
            sleepsOn = true;
            return 0;
        }
        asleep = false;
        return handled;
    }

    private int pollFor(long nanos) {
        // Why: before counting, because a skipped poll is no poll.
        if (chance.rarely(LoopPoint.POLL_SKIPPED)) return 0;
        polls++;
        polling = true;
        // Why: readiness handlers run after the wait, so the time must be read again.
        nowIsOld = true;
        int handled = poller.poll(nanos);
        polling = false;
        return handled;
    }

    private boolean hasEndings() {
        return !ending.isEmpty() || !endingNow.isEmpty() || !reaping.isEmpty() || !reapingNow.isEmpty();
    }

    private int endTurn() {
        int done = 0;
        while (hasEndings() && (failure == null || closed)) {
            done += step(Step.END, 0);
            // Why: settling may succeed in the next turn.
            if (settleFailures > 0 && !closed) break;
        }
        return done;
    }

    /// One that throws is not called again; the next step continues behind it.
    private int flushDirty() {
        if (endingNow.isEmpty()) {
            List<TurnEnd> now = ending;
            ending = endingNow;
            endingNow = now;
        }
        List<TurnEnd> now = endingNow;
        while (endingNext < now.size()) now.get(endingNext++).turnEnds();
        int count = now.size();
        now.clear();
        endingNext = 0;
        return count;
    }

    private int reap() {
        if (reapingNow.isEmpty()) {
            if (reaping.isEmpty()) return 0;
            settle();
            List<Runnable> now = reaping;
            reaping = reapingNow;
            reapingNow = now;
        }
        List<Runnable> now = reapingNow;
        while (reapingNext < now.size()) now.get(reapingNext++).run();
        int count = now.size();
        now.clear();
        reapingNext = 0;
        return count;
    }

    /// Why: a poller that never settles must not keep the waiters for its end from being woken.
    private void settle() {
        if (settleFailures >= FAILURES_MAX) return;
        settleFailures++;
        poller.settle();
        settleFailures = 0;
    }

    private int closePoller() {
        try {
            settle();
        } finally {
            poller.close();
            isPollerClosed = true;
        }
        return 1;
    }
}
