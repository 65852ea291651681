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

    /// Those that end in order and belong to nobody who limits them.
    Lingering lingering() {
        return lingering;
    }

    /// The loop all of them belong to.
    public EventLoop loop() {
        return loop;
    }

    /// How many there are; for any thread, and may be a little old.
    public int live() {
        return live;
    }

    /// One more is on its way to this loop; from any thread.
    public void expect() {
        expected.incrementAndGet();
    }

    /// One that was expected is here, or will not come.
    public void expectedCame() {
        expected.decrementAndGet();
    }

    /// How many there are and will soon be; for any thread.
    int load() {
        return live + expected.get();
    }

    /// Shows each to `visitor`, which may close the one it is shown.
    public void forEach(Consumer<Connection> visitor) {
        loop.requireCurrent();
        for (Connection one = first; one != null; ) {
            Connection next = one.next;
            visitor.accept(one);
            one = next;
        }
    }

    /// The connection that holds memory and has moved no byte for longest; null when none holds any. Who holds a
    /// small block only comes last: given back, it serves nobody who waits for a normal one.
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

    /// When a byte of what it holds last moved.
    static long movedNanos(Connection one) {
        return one.conversation().movedNanos(one.traffic().lastNanos());
    }

    ResetWatch resets() {
        return resets;
    }

    /// Probes each that is paused and wants to know of a reset; whether there was one.
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
        // Why: `next` stays for a visit that stands on this connection; add() sets it anew.
        connection.previous = null;
        count(-1);
        if (first == null) resets.stop();
    }
}
