package dev.weir.connection;

import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.loop.Mailbox;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;

/// All connections of a group of loops, by loop.
///
/// **Owns:** nothing; each connection belongs to its owner.
/// **Threads:** thread-safe.
public final class Connections {
    /// No connection of a loop holds memory that others need.
    static final long NOT_STALLED = Long.MAX_VALUE;

    private final LoopGroup group;
    private final List<Roster> rosters;
    private final AtomicLong lastId = new AtomicLong();
    private final AtomicLong starved = new AtomicLong();
    private final AtomicLongArray stalledSince;

    private Connections(LoopGroup group, List<Roster> rosters) {
        this.group = group;
        this.rosters = rosters;
        this.stalledSince = new AtomicLongArray(rosters.size());
        for (int i = 0; i < rosters.size(); i++) stalledSince.set(i, NOT_STALLED);
    }

    /// No connections yet, on the loops of `group`.
    public static Connections of(LoopGroup group) {
        var rosters = new ArrayList<Roster>();
        for (EventLoop loop : group.loops()) rosters.add(new Roster(loop));
        return new Connections(group, List.copyOf(rosters));
    }

    /// The loops these connections live on.
    public LoopGroup group() {
        return group;
    }

    /// The ledger that counts them.
    public Ledger ledger() {
        return group.ledger();
    }

    /// The connections of one loop.
    public Roster on(EventLoop loop) {
        return rosters.get(loop.index());
    }

    /// The connections of every loop, in the order of the loops.
    public List<Roster> rosters() {
        return rosters;
    }

    /// The number of connections on all loops.
    public int live() {
        int live = 0;
        for (Roster roster : rosters) live += roster.live();
        return live;
    }

    /// The loop with the fewest connections, including those that are about to move to it.
    public EventLoop leastBusy() {
        Roster least = rosters.getFirst();
        for (Roster roster : rosters) {
            if (roster.load() < least.load()) least = roster;
        }
        return least.loop();
    }

    /// Passes the connections of every loop to `visitor`, on the loop's own thread; returns at once.
    public void visit(Consumer<Roster> visitor) {
        for (Roster roster : rosters) roster.loop().post(new Mailbox.Node(() -> visitor.accept(roster)));
    }

    /// Reports since when a connection of `loop` has held memory without moving a byte.
    void notifyStalled(EventLoop loop, long sinceNanos) {
        stalledSince.set(loop.index(), sinceNanos);
    }

    /// Whether no other loop has reported a longer stall.
    boolean isLongestStalled(long sinceNanos) {
        for (int i = 0; i < stalledSince.length(); i++) {
            long other = stalledSince.get(i);
            if (other != NOT_STALLED && other - sinceNanos < 0) return false;
        }
        return true;
    }

    /// The number of connections closed because others waited too long for the memory they held, or because there
    /// was no memory for output that their peer did not take.
    public long starved() {
        return starved.get();
    }

    void countStarved() {
        starved.incrementAndGet();
    }

    long nextId() {
        return lastId.incrementAndGet();
    }
}
