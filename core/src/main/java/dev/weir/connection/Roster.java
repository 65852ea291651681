package dev.weir.connection;

import dev.weir.loop.EventLoop;
import dev.weir.memory.block.BlockSize;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The connections of one loop, oldest first.
///
/// **Threads:** confined to its loop, but for [#live], [#expect] and [#expectedCame].
public final class Roster {
    private final EventLoop loop;
    private final Lingering lingering;
    private final AtomicInteger expected = new AtomicInteger();
    private final ResetWatch resets;
    private @Nullable Connection first;
    private @Nullable Connection last;
    private int size;
    private volatile int live; // what others see of `size`

    Roster(EventLoop loop) {
        this.loop = loop;
        this.lingering = new Lingering(loop, Integer.MAX_VALUE, Lingering.SILENCE, Lingering.TOTAL);
        this.resets = new ResetWatch(loop, this::probeResets);
    }

    /// The lingering of connections that close without a limit of lingering places.
    Lingering lingering() {
        return lingering;
    }

    /// The loop they belong to.
    public EventLoop loop() {
        return loop;
    }

    /// The number of connections; from any thread, may be slightly stale.
    public int live() {
        return live;
    }

    /// One more connection is about to move to this loop; from any thread.
    public void expect() {
        expected.incrementAndGet();
    }

    /// An expected connection has arrived, or will not.
    public void expectedCame() {
        expected.decrementAndGet();
    }

    /// The number of connections, including those expected; from any thread.
    int load() {
        return live + expected.get();
    }

    /// Passes each connection to `visitor`, which may close it.
    public void forEach(Consumer<Connection> visitor) {
        loop.requireCurrent();
        for (Connection one = first; one != null; ) {
            Connection next = one.next;
            visitor.accept(one);
            one = next;
        }
    }

    /// The connection that holds memory and has not moved a byte for longest; null if none holds any. One that
    /// holds only a small block comes last: that block would not serve a waiter for a normal one.
    public @Nullable Connection mostStalled() {
        loop.requireCurrent();
        Connection worst = null;
        boolean worstHoldsNormal = false;
        for (Connection one = first; one != null; one = one.next) {
            int held = one.slabBytes();
            if (held == 0) continue;
            boolean holdsNormal = held >= BlockSize.NORMAL.bytes();
            boolean isLonger = worst == null || movedNanos(one) - movedNanos(worst) < 0;
            if (holdsNormal == worstHoldsNormal ? isLonger : holdsNormal) {
                worst = one;
                worstHoldsNormal = holdsNormal;
            }
        }
        return worst;
    }

    /// When a byte in the blocks it holds last moved.
    static long movedNanos(Connection one) {
        return one.conversation().movedNanos(one.traffic().lastNanos());
    }

    ResetWatch resets() {
        return resets;
    }

    /// Probes each paused connection that asked for it; returns whether there was one.
    private boolean probeResets() {
        boolean probed = false;
        for (Connection one = first; one != null; one = one.next) probed |= one.probeReset();
        return probed;
    }

    private void count(int change) {
        size += change;
        live = size;
    }

    void add(Connection connection) {
        connection.previous = last;
        connection.next = null;
        if (last == null) first = connection;
        else last.next = connection;
        last = connection;
        count(1);
    }

    void remove(Connection connection) {
        if (connection.previous == null) first = connection.next;
        else connection.previous.next = connection.next;
        if (connection.next == null) last = connection.previous;
        else connection.next.previous = connection.previous;
        // Why: `next` stays for an iteration that is at this connection; add() sets it anew.
        connection.previous = null;
        count(-1);
        if (first == null) resets.stop();
    }
}
