package dev.weir.ledger;

import dev.weir.time.Clock;
import dev.weir.time.SteadyClock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The account of all live resources. A long-lived resource has an [Entry], short-lived ones are counted in a
/// [Tally] of their thread, and parts that count their own resources (the pool of buffers, the timer wheels)
/// are read as gauges.
///
/// **Owns:** nothing; it only counts.
/// **Threads:** thread-safe.
/// **Waits:** never waits.
public final class Ledger {
    private record Gauge(Kind kind, String owner, LongSupplier live) {}

    private final String name;
    private final Clock clock;
    private final LedgerListener listener;
    private @Nullable Entry oldest;
    private @Nullable Entry youngest;
    private final List<Tally> tallies = new ArrayList<>();
    private final List<Gauge> gauges = new ArrayList<>();

    /// A book with nothing in it.
    public Ledger(String name, Clock clock) {
        this(name, clock, LedgerListener.NONE);
    }

    /// A book with nothing in it.
    ///
    /// @param listener notified of all that is written here, and of what parts with counters of their own count
    public Ledger(String name, Clock clock, LedgerListener listener) {
        this.name = name;
        this.clock = SteadyClock.of(clock);
        this.listener = listener;
    }

    /// Its name, for reports.
    public String name() {
        return name;
    }

    /// What is notified of everything that is opened and ended.
    public LedgerListener listener() {
        return listener;
    }

    /// Adds a long-lived resource: a socket, a thread, a connection.
    ///
    /// @param owner what opens it; asked for its text only when survivors are listed, on that thread
    /// @return the entry, owned by the caller, which settles it when the resource is gone
    public Entry open(Kind kind, Object owner) {
        var entry = new Entry(this, kind, owner, clock.nanoTime());
        synchronized (this) {
            // Why: entries link each other; a set would cost an identity hash and a node for each exchange's thread.
            Entry before = youngest;
            entry.before = before;
            if (before == null) oldest = entry;
            else before.behind = entry;
            youngest = entry;
        }
        try {
            listener.opened(kind, entry, owner);
        } catch (RuntimeException | Error failure) { // Why: the caller gets no entry, so nothing would ever close it.
            entry.forget();
            throw failure;
        }
        return entry;
    }

    /// Makes a set of counters for one thread.
    public synchronized Tally tally(String owner) {
        var tally = new Tally(owner, listener);
        tallies.add(tally);
        return tally;
    }

    /// Adds a gauge: `live` is called for each balance.
    ///
    /// @param live the number of live resources; must be callable from any thread for as long as the ledger is used
    public synchronized void gauge(Kind kind, String owner, LongSupplier live) {
        gauges.add(new Gauge(kind, owner, live));
    }

    /// Counts what is alive now.
    public synchronized Balance balance() {
        long[] live = new long[Kind.values().length];
        for (Entry entry = oldest; entry != null; entry = entry.behind) {
            live[entry.kind().ordinal()]++;
        }
        for (Tally tally : tallies) {
            for (Kind kind : Kind.values()) live[kind.ordinal()] += tally.live(kind);
        }
        for (Gauge gauge : gauges) live[gauge.kind.ordinal()] += gauge.live.getAsLong();
        return new Balance(live);
    }

    /// Everything alive as text, one line each, oldest first, such as `socket of acceptor 127.0.0.1:8080,
    /// open for 12 ms`.
    public synchronized List<String> survivors() {
        var lines = new ArrayList<String>();
        long now = clock.nanoTime();
        for (Entry entry = oldest; entry != null; entry = entry.behind) {
            long millis = (now - entry.openedNanos()) / 1_000_000;
            lines.add(word(entry.kind()) + " of " + entry.owner() + ", open for " + millis + " ms");
        }
        for (Tally tally : tallies) {
            for (Kind kind : Kind.values()) addCount(lines, tally.live(kind), kind, tally.owner());
        }
        for (Gauge gauge : gauges) addCount(lines, gauge.live.getAsLong(), gauge.kind, gauge.owner);
        return List.copyOf(lines);
    }

    synchronized void settled(Entry entry) {
        Entry before = entry.before;
        Entry behind = entry.behind;
        if (before == null) oldest = behind;
        else before.behind = behind;
        if (behind == null) youngest = before;
        else behind.before = before;
        entry.before = null;
        entry.behind = null;
    }

    private static void addCount(List<String> lines, long count, Kind kind, String owner) {
        if (count != 0) lines.add(count + " " + word(kind) + (count == 1 ? "" : "s") + " of " + owner);
    }

    private static String word(Kind kind) {
        return kind.name().toLowerCase(java.util.Locale.ROOT);
    }
}
