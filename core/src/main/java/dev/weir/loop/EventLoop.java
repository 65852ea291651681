package dev.weir.loop;

import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.ledger.Tally;
import dev.weir.ledger.Witness;
import dev.weir.memory.BufferPool;
import dev.weir.memory.Delivery;
import dev.weir.memory.Home;
import dev.weir.memory.MemoryBudget;
import dev.weir.time.Chance;
import dev.weir.time.Clock;
import dev.weir.time.RarePoint;
import dev.weir.time.Timer;
import dev.weir.time.TimerWheel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thread's world: everything about a connection of this loop happens here, without locks.
///
/// A turn: mailbox, due timers, poll and handling, then everything that asked for the end of the turn (one
/// write per connection), then what died is given back.
///
/// **Owns:** its poller, its two scratch blocks.
/// **Threads:** confined to the thread that turns it; [#post] and [#delivery] are for any thread.
/// **Waits:** only in its poller, and only when nothing is left to do.
/// **Limits:** per turn 1024 mailbox items.
public final class EventLoop implements Home {
    /// Bytes of each scratch block: a normal block and room for a head that grew.
    public static final int SCRATCH_BYTES = 20 * 1024;

    private static final System.Logger LOG = System.getLogger(EventLoop.class.getName());
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
    private final ByteBuffer readScratch;
    private final ByteBuffer writeScratch;
    private List<TurnEnd> ending = new ArrayList<>();
    private List<TurnEnd> endingNow = new ArrayList<>();
    private List<Runnable> reaping = new ArrayList<>();
    private List<Runnable> reapingNow = new ArrayList<>();
    private @Nullable TurnEnd scratchOwner;
    private volatile boolean asleep;
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;
    private boolean closed;
    private boolean nowIsOld = true;
    private long nowNanos;
    private long turnsMade;
    private long polls;
    private volatile long turns; // what others see of `turnsMade`

    /// What wants to act once more before the turn ends, such as a connection with output.
    public interface TurnEnd {
        /// Called once for each time it asked.
        void turnEnds();
    }

    /// A loop that nobody turns yet.
    ///
    /// @param index its place among the loops of the budget, from 0
    public EventLoop(String name, int index, Surroundings around, Poller poller) {
        this.name = name;
        this.index = index;
        this.clock = around.clock();
        this.poller = poller;
        this.pool = around.budget().pool();
        this.tally = around.ledger().tally(name);
        this.chance = new Chance(around.seed() + index, poller.rare());
        this.wheel = new TimerWheel(
                clock.nanoTime(), new WatchedTimers(name, around.ledger().witness()));
        this.readScratch = around.budget().fixed("read scratch", SCRATCH_BYTES);
        this.writeScratch = around.budget().fixed("write scratch", SCRATCH_BYTES);
        around.ledger().watch(Kind.TIMER, name, wheel::live);
    }

    /// Tells the ledger's witness of the timers of one loop.
    private record WatchedTimers(String loop, Witness witness) implements TimerWheel.Watch {
        @Override
        public void scheduled(Timer timer) {
            witness.opened(Kind.TIMER, timer, loop);
        }

        @Override
        public void ended(Timer timer) {
            witness.ended(Kind.TIMER, timer);
        }
    }

    /// What every loop of a group is given.
    ///
    /// @param seed where the randomness of the group begins
    public record Surroundings(Clock clock, Ledger ledger, MemoryBudget budget, long seed) {}

    /// Its name, which is its thread's.
    public String name() {
        return name;
    }

    /// Its place among the loops of the budget.
    public int index() {
        return index;
    }

    /// Where it waits.
    public Poller poller() {
        return poller;
    }

    /// The pool all loops share; give it [#index] as the cache to use.
    public BufferPool pool() {
        return pool;
    }

    /// Its timers.
    public TimerWheel wheel() {
        return wheel;
    }

    /// Its counts in the ledger.
    public Tally tally() {
        return tally;
    }

    /// Its randomness.
    public Chance chance() {
        return chance;
    }

    /// A block whose content nobody keeps: for reading what is thrown away and for encoding what is copied at once.
    public ByteBuffer readScratch() {
        return readScratch;
    }

    /// The block in which a connection encodes what leaves in this turn. One owner at a time: claiming it
    /// from another lets that one write first. The owner's [TurnEnd#turnEnds] is called at the end of the
    /// turn at the latest.
    public ByteBuffer claimWriteScratch(TurnEnd owner) {
        while (scratchOwner != null && scratchOwner != owner) {
            TurnEnd before = scratchOwner;
            before.turnEnds();
            // Why: its write may have closed it, and its end may have let another claim: that one writes first too.
            if (scratchOwner == before) scratchOwner = null;
        }
        if (scratchOwner == owner) return writeScratch;
        scratchOwner = owner;
        writeScratch.clear();
        atTurnEnd(owner);
        return writeScratch;
    }

    /// Gives the write scratch back when `owner` has it, empty.
    ///
    /// @return what was encoded, ready to be written before anything else is claimed; null when `owner` does not
    ///     have it
    public @Nullable ByteBuffer releaseWriteScratch(TurnEnd owner) {
        if (scratchOwner != owner) return null;
        scratchOwner = null;
        return writeScratch.flip();
    }

    /// The time of this turn: read from the clock before and after waiting, and once more after tasks that ran between.
    public long nowNanos() {
        if (nowIsOld) {
            nowNanos = clock.nanoTime();
            nowIsOld = false;
        }
        return nowNanos;
    }

    /// The clock the loop lives by.
    public Clock clock() {
        return clock;
    }

    /// Whether the caller is the thread that turns this loop.
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /// Asks the loop to run `node`'s task; from any thread.
    ///
    /// @return false when the loop is closed and will not run it
    public boolean post(Mailbox.Node node) {
        if (!mailbox.offer(node)) return false;
        if (asleep && !isCurrent()) poller.wake();
        return true;
    }

    @Override
    public Delivery delivery(Runnable task) {
        var node = new Mailbox.Node(task);
        return () -> post(node);
    }

    /// Schedules `timer`, `delayNanos` from now.
    public void schedule(Timer timer, long delayNanos) {
        wheel.schedule(timer, nowNanos() + delayNanos);
    }

    /// Lets `last` act once before this turn ends.
    public void atTurnEnd(TurnEnd last) {
        ending.add(last);
    }

    /// Runs `after` at the end of the turn, when the descriptors closed in it are free.
    public void afterClosing(Runnable after) {
        reaping.add(after);
    }

    /// One turn.
    ///
    /// @param waitNanosMax nanoseconds it may wait for something to happen; 0 never waits
    /// @return how much it did: tasks, timers, handled readiness, endings; 0 when there was nothing to do
    public int turn(long waitNanosMax) {
        thread = Thread.currentThread();
        if (asleep) asleep = false;
        nowIsOld = true;
        int done = runMailbox() + runTimers() + endTurn();
        // Why: reading the clock costs 20 ns; before a wait the time is read again only when something was done.
        if (done > 0) nowIsOld = true;
        done += poll(waitNanosMax);
        turns = ++turnsMade;
        return done + endTurn();
    }

    /// How many turns there were; one that has nothing to do sleeps. For any thread, and may be a little old.
    public long turns() {
        return turns;
    }

    /// How often it has asked its poller.
    public long polls() {
        return polls;
    }

    /// Lets [#turn] wait no longer, now and ever after; from any thread.
    void stop() {
        stopping = true;
        poller.wake();
    }

    boolean isStopping() {
        return stopping;
    }

    /// Runs what waits in the mailbox, refuses everything after, closes the poller.
    public void close() {
        if (closed) return;
        closed = true;
        thread = Thread.currentThread();
        // Why: once before refusing, so that what these tasks post to their own loop still runs.
        runMailbox();
        mailbox.close();
        while (!mailbox.isEmpty()) runMailbox();
        endTurn();
        try {
            poller.settle();
        } finally {
            poller.close();
        }
    }

    private int runMailbox() {
        try {
            return mailbox.drain(chance.rarely(RarePoint.MAILBOX_ONE_TASK) ? 1 : MAILBOX_ITEMS_PER_TURN);
        } catch (Throwable failure) {
            return failed(failure);
        }
    }

    private int runTimers() {
        try {
            return chance.rarely(RarePoint.TIMERS_LATE) ? 0 : wheel.advance(nowNanos());
        } catch (Throwable failure) {
            return failed(failure);
        }
    }

    /// Why: the loop is the last boundary; one broken task must not end the others.
    private int failed(Throwable failure) {
        LOG.log(System.Logger.Level.ERROR, name + ": a task failed", failure);
        return 1;
    }

    private int poll(long waitNanosMax) {
        pool.look();
        if (waitNanosMax == 0 || !mailbox.isEmpty()) {
            return pollFor(0);
        }
        long wait = Math.min(waitNanosMax, wheel.nextNanos(nowNanos()));
        asleep = true;
        // Why: a post that came before `asleep` could be seen woke nobody, and settling swallows a wake.
        int handled = pollFor(mailbox.isEmpty() && !stopping ? wait : 0);
        if (handled == Poller.SLEEPS) {
            // Why: nobody's, so that whoever posts from the thread that turned it has to wake it like everybody.
            thread = null;
            return 0;
        }
        asleep = false;
        return handled;
    }

    private int pollFor(long nanos) {
        // Why: first, because a poll that was not made has found nothing.
        if (chance.rarely(RarePoint.POLL_SKIPPED)) return 0;
        polls++;
        // Why: what is handled in the poll happens after the wait.
        nowIsOld = true;
        try {
            return poller.poll(nanos);
        } catch (Throwable failure) {
            // Why: nobody may take it for a look that found nothing.
            polls--;
            return failed(failure);
        }
    }

    private int endTurn() {
        int done = 0;
        while (!ending.isEmpty() || !reaping.isEmpty()) done += flushDirty() + reap();
        return done;
    }

    private int flushDirty() {
        List<TurnEnd> now = ending;
        ending = endingNow;
        endingNow = now;
        for (int i = 0; i < now.size(); i++) tellTurnEnds(now.get(i));
        int count = now.size();
        now.clear();
        return count;
    }

    private void tellTurnEnds(TurnEnd one) {
        try {
            one.turnEnds();
        } catch (Throwable failure) {
            failed(failure);
        }
    }

    private void runReaper(Runnable one) {
        try {
            one.run();
        } catch (Throwable failure) {
            failed(failure);
        }
    }

    private int reap() {
        if (reaping.isEmpty()) return 0;
        poller.settle();
        List<Runnable> now = reaping;
        reaping = reapingNow;
        reapingNow = now;
        for (int i = 0; i < now.size(); i++) runReaper(now.get(i));
        int count = now.size();
        now.clear();
        return count;
    }
}
