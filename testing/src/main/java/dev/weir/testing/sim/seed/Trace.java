package dev.weir.testing.sim.seed;

import dev.weir.time.Clock;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/// The events of a world as one hash: two runs of a seed are the same when their hashes are.
///
/// **Threads:** confined to its world.
public final class Trace {
    private static final long PRIME = 0x100000001B3L;

    private final @Nullable PrintWriter log;
    private final Clock clock;
    private long hash = 0xCBF29CE484222325L;
    private long events;

    /// @param log where each event is also written in words; null for none
    Trace(@Nullable PrintWriter log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /// Records one event.
    public void note(String what, long one, long other) {
        hash = mix(mix(mix(hash, what.hashCode()), one), other);
        events++;
        if (log != null) log.printf("%d %d %s %d %d%n", events, clock.nanoTime(), what, one, other);
    }

    /// Writes a comment for readers of the log, which does not change the hash.
    public void comment(String words) {
        if (log != null) log.printf("%d %d # %s%n", events, clock.nanoTime(), words);
    }

    /// Whether a log is written, so that comments are worth their cost.
    public boolean isRead() {
        return log != null;
    }

    /// The hash of all events so far.
    public long hash() {
        return hash;
    }

    private static long mix(long before, long value) {
        long mixed = (before ^ value) * PRIME;
        return mixed ^ (mixed >>> 29);
    }
}
