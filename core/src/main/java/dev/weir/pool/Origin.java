package dev.weir.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One backend of a cache: its address, its slots, how it has behaved.
///
/// **Owns:** nothing; it counts the slots of connections to it.
/// **Threads:** thread-safe; what it tells may be a little old.
/// **Limits:** a slot is taken before a connection is made and freed when its descriptor is; there are
/// [PoolLimits#connectionsMax].
public final class Origin {
    private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(PoolEntry[].class);

    /// While somebody waits for it to return: from the end of one attempt to connect to the next.
    static final long PROBE_NANOS = 100_000_000L;

    private static final long PASS_NANOS_MIN = 1_000_000_000L;
    private static final long PASS_NANOS_MAX = 30_000_000_000L;

    private final Address where;
    private final byte[] asciiBytes;
    private final byte[] nameBytes;
    private final int index;
    private final int connectionsMax;
    private final @Nullable PoolEntry[] places;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger slots;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger idle = new AtomicInteger();
    private final AtomicInteger outstanding = new AtomicInteger();
    private final AtomicLong created = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final OriginNews news = new OriginNews();
    private long passNanos; // guarded by this
    private volatile boolean isFailing;
    private volatile boolean isLeaving;
    private volatile long passedOverUntilNanos;
    private volatile long failingSinceNanos;
    private volatile long emptySinceNanos;
    private volatile boolean wasEmptied;
    private long probeDueNanos; // guarded by this
    private boolean isProbed; // guarded by this

    /// Where an origin is.
    ///
    /// @param socket resolved
    /// @param text how people and messages name it, such as `127.0.0.1:9001`; ASCII
    /// @param name how it calls itself, such as `db.internal:9001`; ASCII
    public record Address(InetSocketAddress socket, String text, String name) {
        /// One that has no other name.
        public Address(InetSocketAddress socket, String text) {
            this(socket, text, text);
        }
    }

    /// With a place of its own.
    Origin(Address where, int index, int connectionsMax) {
        this(where, index, connectionsMax, new AtomicInteger());
    }

    /// @param slots of its place that are taken, by its connections and those of the origins that had the place
    ///     before
    Origin(Address where, int index, int connectionsMax, AtomicInteger slots) {
        this.where = where;
        this.slots = slots;
        this.asciiBytes = where.text().getBytes(StandardCharsets.US_ASCII);
        this.nameBytes = where.name().getBytes(StandardCharsets.US_ASCII);
        this.index = index;
        this.connectionsMax = connectionsMax;
        this.places = new @Nullable PoolEntry[connectionsMax];
    }

    /// Where it is.
    public InetSocketAddress address() {
        return where.socket();
    }

    /// How people and messages name it.
    public String text() {
        return where.text();
    }

    /// The same in bytes; lent: nobody may change them.
    public byte[] asciiBytes() {
        return asciiBytes;
    }

    /// How it calls itself, in bytes; lent: nobody may change them.
    public byte[] nameBytes() {
        return nameBytes;
    }

    Address where() {
        return where;
    }

    /// Its place among those that the cache has charges for, from 0.
    int index() {
        return index;
    }

    /// Exchanges that have a connection to it, or were promised one.
    public int outstanding() {
        return outstanding.get();
    }

    /// Connections to it, those being made and those being closed included.
    public int connections() {
        return connections.get();
    }

    /// Connections to it that nobody uses.
    public int idle() {
        return Math.max(0, idle.get());
    }

    /// Whether whoever chooses it has to wait.
    public boolean isFull() {
        return idle.get() <= 0 && slots.get() >= connectionsMax;
    }

    /// Whether it refused a connection lately: 1 s after the first time, doubling to 30 s, until one succeeds.
    public boolean isPassedOver(long nowNanos) {
        return isFailing && nowNanos - passedOverUntilNanos < 0;
    }

    /// Whether the last attempt to connect to it failed, however long ago; false until there was one.
    public boolean isFailing() {
        return isFailing;
    }

    /// Connections made to it since the beginning.
    public long created() {
        return created.get();
    }

    /// Attempts to connect to it that failed, since the beginning.
    public long failed() {
        return failed.get();
    }

    // ---- slots

    boolean tryReserve() {
        for (int now = slots.get(); now < connectionsMax && !isLeaving; now = slots.get()) {
            if (!slots.compareAndSet(now, now + 1)) continue;
            connections.incrementAndGet();
            // Why: either this is seen, or whoever lets it leave sees the connection.
            if (!isLeaving) return true;
            freeSlot();
        }
        return false;
    }

    void freeSlot() {
        connections.decrementAndGet();
        slots.decrementAndGet();
    }

    /// From now on nobody chooses it, and none of its connections is kept.
    void leave() {
        isLeaving = true;
    }

    /// It is wanted again, before another had its place.
    void stay() {
        isLeaving = false;
    }

    boolean isLeaving() {
        return isLeaving;
    }

    void promised() {
        outstanding.incrementAndGet();
    }

    void promiseEnded() {
        outstanding.decrementAndGet();
    }

    // ---- behaviour

    OriginNews news() {
        return news;
    }

    /// A connection to it was made; true when it was failing until now.
    synchronized boolean succeeded() {
        boolean returned = isFailing;
        created.incrementAndGet();
        passNanos = 0;
        isFailing = false;
        return returned;
    }

    synchronized void failed(long nowNanos) {
        failed.incrementAndGet();
        if (!isFailing) failingSinceNanos = nowNanos;
        // Why: attempts that were under way together are one failure of the origin.
        if (isPassedOver(nowNanos)) return;
        passNanos = Math.min(PASS_NANOS_MAX, Math.max(PASS_NANOS_MIN, passNanos * 2));
        passedOverUntilNanos = nowNanos + passNanos;
        if (!isFailing) probeDueNanos = nowNanos + PROBE_NANOS;
        isFailing = true;
    }

    /// Whether there is a connection to it that has been made.
    boolean hasOpen() {
        return open.get() > 0;
    }

    /// Whether the last attempt to connect to it failed, and no connection shows that it lives all the same.
    boolean isDown() {
        return isFailing && open.get() == 0;
    }

    /// Since when it is down, if it is: the first of its latest failures, or the end of its last connection.
    long downSinceNanos() {
        long failing = failingSinceNanos;
        return wasEmptied && emptySinceNanos - failing > 0 ? emptySinceNanos : failing;
    }

    /// Whether it is time to see whether it has returned; [#probeEnded] follows.
    synchronized boolean tryProbe(long nowNanos) {
        if (!isFailing || isProbed || nowNanos - probeDueNanos < 0) return false;
        isProbed = true;
        return true;
    }

    synchronized void probeEnded(long nowNanos) {
        isProbed = false;
        probeDueNanos = nowNanos + PROBE_NANOS;
    }

    // ---- its entries, so that any loop finds an idle one

    void add(PoolEntry entry) {
        open.incrementAndGet();
        for (int at = 0; at < places.length; at++) {
            if (PLACE.compareAndSet(places, at, (PoolEntry) null, entry)) {
                entry.place = at;
                return;
            }
        }
        throw new IllegalStateException(text() + " has more connections than slots");
    }

    void remove(PoolEntry entry, long nowNanos) {
        PLACE.setVolatile(places, entry.place, (PoolEntry) null);
        // Why: before others can see that it is down.
        emptySinceNanos = nowNanos;
        wasEmptied = true;
        open.decrementAndGet();
    }

    int places() {
        return places.length;
    }

    /// What is at this place now; on any thread.
    @Nullable
    PoolEntry entryAt(int at) {
        return (PoolEntry) PLACE.getVolatile(places, at);
    }

    void becameIdle() {
        idle.incrementAndGet();
    }

    void leftIdle() {
        idle.decrementAndGet();
    }

    /// Takes an idle entry of whatever loop away from everybody else; null when there is none.
    @Nullable
    PoolEntry claimIdle() {
        if (idle.get() <= 0) return null;
        for (int at = 0; at < places.length; at++) {
            PoolEntry entry = (PoolEntry) PLACE.getVolatile(places, at);
            if (entry != null && entry.leaveIdle(PoolEntry.State.LEAVING)) return entry;
        }
        return null;
    }

    @Override
    public String toString() {
        return text();
    }
}
