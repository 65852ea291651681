package dev.weir.time;

import org.jspecify.annotations.Nullable;

/// All timers of one loop: six levels of 64 slots, the lowest about a millisecond wide.
///
/// Scheduling and cancelling are O(1) and allocate nothing; a timer is never early and at most one slot late.
///
/// **Owns:** nothing; it links timers that belong to others.
/// **Threads:** confined to its loop; [#live] may be read by any thread, which may see a slightly older value.
/// **Waits:** never waits.
/// **Limits:** moments more than about two years away are brought forward to that limit.
/// **Source:** Varghese and Lauck, hashed and hierarchical timing wheels (1987).
public final class TimerWheel {
    static final int NOT_SCHEDULED = -1;
    private static final int DUE = -2;
    private static final int TICK_SHIFT = 20; // 2^20 ns, about 1.05 ms
    private static final int LEVELS = 6;
    private static final int SLOTS = 64;
    private static final long TICKS_MAX = (1L << (6 * LEVELS)) - 1;

    private final @Nullable Timer[] heads = new @Nullable Timer[LEVELS * SLOTS];
    private final long[] occupied = new long[LEVELS];
    private final Listener listener;
    private final long originNanos;
    private long elapsedTick;
    private @Nullable Timer due;
    private int scheduled;
    private volatile int live; // `scheduled` as other threads see it

    /// Notified of each timer that is scheduled and of each that is scheduled no longer.
    public interface Listener {
        /// Ignores all calls.
        Listener NONE = new Listener() {
            @Override
            public void scheduled(Timer timer) {}

            @Override
            public void ended(Timer timer) {}
        };

        /// The wheel is about to be changed or read.
        ///
        /// @throws IllegalStateException when the wheel does not belong to the calling thread
        default void requireOwner() {}

        /// `timer` was scheduled.
        void scheduled(Timer timer);

        /// `timer` was cancelled, or is about to run.
        void ended(Timer timer);
    }

    /// A wheel that begins at `nowNanos`.
    public TimerWheel(long nowNanos) {
        this(nowNanos, Listener.NONE);
    }

    /// A wheel that begins at `nowNanos` and notifies `listener`.
    public TimerWheel(long nowNanos, Listener listener) {
        this.originNanos = nowNanos;
        this.listener = listener;
    }

    /// Schedules `timer` for `atNanos`; one already scheduled is moved.
    public void schedule(Timer timer, long atNanos) {
        listener.requireOwner();
        if (timer.isScheduled()) cancel(timer);
        // Why: rounded up, so that a timer is never early.
        long nanos = atNanos - originNanos;
        long tick = (nanos >> TICK_SHIFT) + ((nanos & ((1L << TICK_SHIFT) - 1)) == 0 ? 0 : 1);
        timer.tick = Math.min(Math.max(tick, elapsedTick + 1), elapsedTick + TICKS_MAX / 2);
        insert(timer);
        count(1);
        listener.scheduled(timer);
    }

    /// Takes `timer` out; does nothing when it is not scheduled.
    public void cancel(Timer timer) {
        listener.requireOwner();
        if (!timer.isScheduled()) return;
        unlink(timer);
        count(-1);
        listener.ended(timer);
    }

    /// Runs every timer that is due at `nowNanos`, in order of their slots.
    ///
    /// @return how many ran
    public int advance(long nowNanos) {
        listener.requireOwner();
        // Why: an action that threw has left the rest of its slot undone.
        int ran = runDue();
        long nowTick = (nowNanos - originNanos) >> TICK_SHIFT;
        for (int level = firstLevel(); level >= 0; level = firstLevel()) {
            int slot = nextSlot(level);
            long at = slotTick(level, slot);
            if (at > nowTick) break;
            elapsedTick = Math.max(elapsedTick, at);
            takeSlot(level * SLOTS + slot);
            ran += runDue();
        }
        elapsedTick = Math.max(elapsedTick, nowTick);
        return ran;
    }

    /// Nanoseconds from `nowNanos` until a timer may be due; 0 when one is due, [Long#MAX_VALUE] when none is
    /// scheduled.
    public long nextNanos(long nowNanos) {
        listener.requireOwner();
        if (due != null) return 0;
        int level = firstLevel();
        if (level < 0) return Long.MAX_VALUE;
        long at = originNanos + (slotTick(level, nextSlot(level)) << TICK_SHIFT);
        return Math.max(0, at - nowNanos);
    }

    /// How many timers are scheduled.
    public int live() {
        return live;
    }

    private void count(int change) {
        scheduled += change;
        live = scheduled;
    }

    private void insert(Timer timer) {
        // Why: the highest differing group of six bits names the level whose slot separates now from then.
        long distance = (elapsedTick ^ timer.tick) | (SLOTS - 1);
        int level = Math.min((63 - Long.numberOfLeadingZeros(distance)) / 6, LEVELS - 1);
        int slot = (int) (timer.tick >>> (6 * level)) & (SLOTS - 1);
        timer.slot = level * SLOTS + slot;
        link(timer, heads[timer.slot]);
        heads[timer.slot] = timer;
        occupied[level] |= 1L << slot;
    }

    private static void link(Timer timer, @Nullable Timer head) {
        timer.previous = null;
        timer.next = head;
        if (head != null) head.previous = timer;
    }

    private void unlink(Timer timer) {
        Timer next = timer.next;
        Timer previous = timer.previous;
        if (next != null) next.previous = previous;
        if (previous != null) {
            previous.next = next;
        } else if (timer.slot == DUE) {
            due = next;
        } else {
            heads[timer.slot] = next;
            if (next == null) occupied[timer.slot / SLOTS] &= ~(1L << (timer.slot % SLOTS));
        }
        timer.next = null;
        timer.previous = null;
        timer.slot = NOT_SCHEDULED;
    }

    private void takeSlot(int index) {
        due = heads[index];
        heads[index] = null;
        occupied[index / SLOTS] &= ~(1L << (index % SLOTS));
        for (Timer t = due; t != null; t = t.next) t.slot = DUE;
    }

    private int runDue() {
        int ran = 0;
        while (due != null) {
            Timer timer = due;
            unlink(timer);
            if (timer.tick > elapsedTick) {
                insert(timer);
            } else {
                count(-1);
                listener.ended(timer);
                timer.action.run();
                ran++;
            }
        }
        return ran;
    }

    private int firstLevel() {
        for (int level = 0; level < LEVELS; level++) {
            if (occupied[level] != 0) return level;
        }
        return -1;
    }

    private int nextSlot(int level) {
        int now = (int) (elapsedTick >>> (6 * level)) & (SLOTS - 1);
        int ahead = Long.numberOfTrailingZeros(Long.rotateRight(occupied[level], now));
        return (now + ahead) & (SLOTS - 1);
    }

    private long slotTick(int level, int slot) {
        int shift = 6 * level;
        long span = 1L << (shift + 6);
        long start = elapsedTick & -span;
        long at = start + ((long) slot << shift);
        // Why: only the top level wraps round; below it every slot lies ahead of now.
        return at < (elapsedTick & -(1L << shift)) ? at + span : at;
    }
}
