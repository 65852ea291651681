package dev.weir.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/// The part of a budget for messages that must be whole: how many blocks they have together, and whose turn it
/// is when there are not enough.
///
/// It has no blocks, it counts them: a block is counted before it is asked for. The oldest unfinished
/// message may use whatever is left of the share, the younger ones together what leaves room for the longest
/// message: so what is unfinished never stops the oldest. What was handed out counts until it is given back,
/// and may stop all others: the oldest goes on as long as it is given back, which is for deadlines to see to.
/// Starvation does not look at messages that have stopped: they wait for no block.
///
/// Of all messages that need a block which the pool does not have, one at a time waits for it while it holds
/// others, in order; the rest have stopped, and are called one after the other. So no two messages ever wait for
/// each other's memory.
///
/// **Owns:** nothing.
/// **Threads:** thread-safe.
/// **Waits:** never waits; a waiter is called back by [Assembly#resume].
/// **Limits:** the blocks counted never exceed [MemoryPlan#assemblyBlocks]; one block for each loop is kept
/// for what is being read while others are counted.
/// **Source:** ADR 19.
public final class AssemblyShare {
    final Object lock = new Object();
    private final int messageBytesMax;

    /// What messages grow to. Less than the share by a block for each loop: what a loop has read is counted
    /// unasked.
    private final int blocksMax;

    /// What all but the oldest grow to.
    private final int youngerMax;

    @GuardedBy("lock")
    int used;

    @GuardedBy("lock")
    private @Nullable Assembly oldest;

    @GuardedBy("lock")
    private @Nullable Assembly youngest;

    @GuardedBy("lock")
    private @Nullable Assembly firstStopped;

    @GuardedBy("lock")
    private @Nullable Assembly lastStopped;

    /// The only message that may wait for memory; its block is counted already.
    @GuardedBy("lock")
    private @Nullable Assembly turn;

    private volatile boolean isTight;

    private AssemblyShare(int messageBytesMax, int blocksMax, int youngerMax) {
        this.messageBytesMax = messageBytesMax;
        this.blocksMax = blocksMax;
        this.youngerMax = youngerMax;
        this.isTight = youngerMax <= 0;
    }

    /// The share of a plan.
    ///
    /// @param loops how many may each have read a block at the same moment before it was counted
    static AssemblyShare of(MemoryPlan plan, int loops) {
        int longest = plan.messageBlocksMax();
        int blocksMax = plan.assemblyBlocks() - loops;
        if (blocksMax < longest) {
            throw new IllegalArgumentException("the assembly share of " + plan.assemblyBlocks() + " blocks has no room "
                    + "for a message of " + longest + " and a block for each of " + loops
                    + " loops; give it a larger budget or fewer loops");
        }
        // Why once more: what was counted unasked must not take the room of the longest message.
        return new AssemblyShare(plan.messageBytesMax(), blocksMax, blocksMax - loops - longest);
    }

    /// A share as small as a test wants it.
    static AssemblyShare sized(int blocksMax, int youngerMax) {
        return new AssemblyShare(Integer.MAX_VALUE, blocksMax, youngerMax);
    }

    /// The longest message that may be assembled, in bytes.
    public int messageBytesMax() {
        return messageBytesMax;
    }

    /// Whether a message that begins may not count on a place: let its reader learn how long the message is before
    /// it reads any of it. Costs one read, and may be a moment old.
    public boolean isTight() {
        return isTight;
    }

    /// How many blocks are counted now.
    public int blocksUsed() {
        synchronized (lock) {
            return used;
        }
    }

    /// How many messages have stopped and wait for their turn.
    public int stopped() {
        synchronized (lock) {
            int count = 0;
            for (Assembly one = firstStopped; one != null; one = one.stoppedBehind) count++;
            return count;
        }
    }

    // ---- what an assembly asks, each in one step

    void begin(Assembly one, int blocks) {
        synchronized (lock) {
            one.state = Assembly.State.GROWING;
            one.older = youngest;
            if (youngest == null) oldest = one;
            else youngest.younger = one;
            youngest = one;
            one.blocks = blocks;
            used += blocks;
            publish();
        }
    }

    boolean mayGrow(Assembly one) {
        Assembly called = null;
        boolean may;
        synchronized (lock) {
            one.require(Assembly.State.GROWING);
            may = hasRoomFor(one) && (one == oldest || firstStopped == null);
            if (may) {
                count(one, 1);
            } else {
                stop(one);
                called = pass();
            }
            publish();
        }
        tell(called);
        return may;
    }

    boolean mayWait(Assembly one) {
        synchronized (lock) {
            one.require(Assembly.State.GROWING);
            if (turn == null) {
                turn = one;
                one.state = Assembly.State.WAITING;
                return true;
            }
            count(one, -1);
            stop(one);
            publish();
            return false;
        }
    }

    /// The wait is over: the next may.
    void waited(Assembly one) {
        Assembly called;
        synchronized (lock) {
            one.require(Assembly.State.WAITING);
            one.state = Assembly.State.GROWING;
            turn = null;
            called = pass();
            publish();
        }
        tell(called);
    }

    void whole(Assembly one) {
        Assembly called;
        synchronized (lock) {
            one.require(Assembly.State.GROWING);
            one.state = Assembly.State.WHOLE;
            unlink(one);
            called = pass();
            publish();
        }
        tell(called);
    }

    void returned(Assembly one) {
        Assembly called;
        synchronized (lock) {
            one.require(Assembly.State.WHOLE);
            count(one, -1);
            called = pass();
            publish();
        }
        tell(called);
    }

    void end(Assembly one) {
        Assembly called;
        synchronized (lock) {
            if (one.state == Assembly.State.OUT) return;
            if (one.state == Assembly.State.STOPPED) unstop(one);
            if (one.state != Assembly.State.WHOLE) unlink(one);
            if (turn == one) turn = null;
            count(one, -one.blocks);
            one.state = Assembly.State.OUT;
            called = pass();
            publish();
        }
        tell(called);
    }

    /// The call has arrived; false when it came too late.
    boolean isCalled(Assembly one) {
        synchronized (lock) {
            one.isToldAlready = false;
            if (one.state != Assembly.State.CALLED) return false;
            one.state = Assembly.State.WAITING;
            return true;
        }
    }

    // ---- under the lock

    @GuardedBy("lock")
    private boolean hasRoomFor(Assembly one) {
        return one == oldest ? used < blocksMax : roomForYounger() > 0;
    }

    @GuardedBy("lock")
    private int roomForYounger() {
        return youngerMax - used + (oldest == null ? 0 : oldest.blocks);
    }

    @GuardedBy("lock")
    private void count(Assembly one, int blocks) {
        one.blocks += blocks;
        used += blocks;
    }

    /// Gives the turn to the oldest if it has stopped, else to the one that stopped first, when there is room
    /// for one more block of it.
    ///
    /// @return the one to call
    @GuardedBy("lock")
    private @Nullable Assembly pass() {
        if (turn != null) return null;
        Assembly next = oldest != null && oldest.state == Assembly.State.STOPPED ? oldest : firstStopped;
        if (next == null || !hasRoomFor(next)) return null;
        unstop(next);
        next.state = Assembly.State.CALLED;
        count(next, 1);
        turn = next;
        if (next.isToldAlready) return null; // a call that came too late for another message is on its way
        next.isToldAlready = true;
        return next;
    }

    @GuardedBy("lock")
    private void stop(Assembly one) {
        one.state = Assembly.State.STOPPED;
        one.stoppedBefore = lastStopped;
        if (lastStopped == null) firstStopped = one;
        else lastStopped.stoppedBehind = one;
        lastStopped = one;
    }

    @GuardedBy("lock")
    private void unstop(Assembly one) {
        Assembly before = one.stoppedBefore;
        Assembly behind = one.stoppedBehind;
        if (before == null) firstStopped = behind;
        else before.stoppedBehind = behind;
        if (behind == null) lastStopped = before;
        else behind.stoppedBefore = before;
        one.stoppedBefore = null;
        one.stoppedBehind = null;
    }

    @GuardedBy("lock")
    private void unlink(Assembly one) {
        Assembly older = one.older;
        Assembly younger = one.younger;
        if (older == null) oldest = younger;
        else older.younger = younger;
        if (younger == null) youngest = older;
        else younger.older = older;
        one.older = null;
        one.younger = null;
    }

    @GuardedBy("lock")
    private void publish() {
        boolean now = firstStopped != null || roomForYounger() <= 0;
        if (now != isTight) isTight = now;
    }

    /// Calls the chosen one, outside the lock; when its loop is closed the next is called.
    private void tell(@Nullable Assembly called) {
        Assembly next = called;
        while (next != null && !next.post()) {
            synchronized (lock) {
                next.isToldAlready = false;
                Assembly deaf = next;
                next = null;
                if (deaf.state == Assembly.State.CALLED) {
                    count(deaf, -1);
                    deaf.state = Assembly.State.GROWING; // nobody calls it again; its end takes it out
                    turn = null;
                    next = pass();
                    publish();
                }
            }
        }
    }
}
