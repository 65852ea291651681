package dev.weir.gateway.metrics;

import dev.weir.loop.EventLoop;
import dev.weir.time.Clock;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// Counts requests of one listener by upstream, origin, outcome and status class.
///
/// Origins come and go as names are looked up again. When no row is left, the rows of removed origins are added
/// to a common row: their series end, and the sum of all never falls.
///
/// **Threads:** written on the loop of the event, read by any thread.
/// **Limits:** [#ROWS_MAX] pairs of upstream and origin; requests to others are counted in a common row. The
/// first request of a pair creates its row; later ones allocate nothing and take no lock. Rows are on the heap
/// and not charged, because their number does not grow with load: at most 0.4 KiB and 0.25 KiB for each loop,
/// times [#ROWS_MAX].
final class OutcomeTable {
    /// The most pairs of upstream and origin with rows of their own.
    static final int ROWS_MAX = 1_000;

    /// Status classes 1xx to 5xx, and 0 for requests that were not answered.
    static final int STATUS_CLASSES = 6;

    /// How often a full table is scanned for removed origins.
    static final long LOOK_NANOS = 10_000_000_000L;

    private static final RequestOutcome[] OUTCOMES = RequestOutcome.values();
    private static final int CELLS = OUTCOMES.length * STATUS_CLASSES;
    private static final byte[] NONE = MetricText.bytes("none");
    private static final byte[] OTHER = MetricText.bytes("other");
    private static final byte[][] ENDS = ends();

    private final Labels listener;
    private final int loops;
    private final Clock clock;
    private final BiPredicate<byte[], byte[]> isServed;
    private final Row others;
    private volatile Rows rows;
    private volatile long lookedNanos;

    /// Counts for one upstream and origin.
    static final class Row {
        private final byte[] upstream;
        private final byte[] origin;
        private final LoopCounters cells;
        private final byte[] start;
        private long @Nullable [] moved; // what was added to the common row; guarded by the table
        private volatile boolean isGone;

        Row(byte[] upstream, byte[] origin, LoopCounters cells, byte[] start) {
            this.upstream = upstream;
            this.origin = origin;
            this.cells = cells;
            this.start = start;
        }

        boolean is(byte[] ofUpstream, byte[] ofOrigin) {
            return Arrays.equals(origin, ofOrigin) && Arrays.equals(upstream, ofUpstream);
        }

        void moveTo(long[] folded) {
            if (moved == null) moved = new long[CELLS];
            for (int cell = 0; cell < CELLS; cell++) {
                long sum = cells.sum(cell);
                folded[cell] += sum - moved[cell];
                moved[cell] = sum;
            }
        }
    }

    /// A consistent snapshot: the rows, and the counts of rows removed so far.
    private static final class Rows {
        private final Row[] all;
        private final long[] folded;
        private final @Nullable Row[] slots; // open addressing; at least half are free

        Rows(Row[] all, long[] folded) {
            this.all = all;
            this.folded = folded;
            this.slots = new @Nullable Row[Integer.highestOneBit(Math.max(8, 4 * all.length - 1))];
            for (Row row : all) {
                int at = slot(row.upstream, row.origin);
                while (slots[at] != null) at = next(at);
                slots[at] = row;
            }
        }

        private int slot(byte[] upstream, byte[] origin) {
            int hash = (31 * Arrays.hashCode(upstream) + Arrays.hashCode(origin)) * 0x9E3779B9;
            return (hash ^ hash >>> 16) & (slots.length - 1);
        }

        private int next(int at) {
            return at + 1 & slots.length - 1;
        }

        @Nullable
        Row find(byte[] upstream, byte[] origin) {
            int at = slot(upstream, origin);
            for (Row row = slots[at]; row != null; row = slots[at]) {
                if (row.is(upstream, origin)) return row;
                at = next(at);
            }
            return null;
        }

        boolean isFull() {
            return all.length == ROWS_MAX;
        }

        Rows with(Row made) {
            Row[] more = Arrays.copyOf(all, all.length + 1);
            more[all.length] = made;
            return new Rows(more, folded);
        }
    }

    /// An empty table.
    ///
    /// @param isServed whether an upstream has this origin now; called on loops, when no row is left
    OutcomeTable(String listener, int loops, Clock clock, BiPredicate<byte[], byte[]> isServed) {
        this.clock = clock;
        this.listener = Labels.of("listener", listener);
        this.loops = loops;
        this.isServed = isServed;
        this.others = row(OTHER, OTHER);
        this.rows = new Rows(new Row[] {row(NONE, NONE)}, new long[CELLS]);
    }

    private static byte[][] ends() {
        var ends = new byte[CELLS][];
        for (RequestOutcome outcome : OUTCOMES) {
            for (int first = 0; first < STATUS_CLASSES; first++) {
                String status = first == 0 ? "none" : first + "xx";
                ends[cell(outcome, first)] =
                        MetricText.bytes(",outcome=\"" + outcome.tag() + "\",status=\"" + status + "\"} ");
            }
        }
        return ends;
    }

    private Row row(byte[] upstream, byte[] origin) {
        String labels = listener.and("upstream", new String(upstream, StandardCharsets.ISO_8859_1))
                .and("origin", new String(origin, StandardCharsets.ISO_8859_1))
                .text();
        // Why: without the closing brace, because more labels follow.
        byte[] start = MetricText.bytes("weir_requests_outcome_total" + labels.substring(0, labels.length() - 1));
        return new Row(upstream, origin, new LoopCounters(loops, CELLS), start);
    }

    /// Counts one.
    ///
    /// @param upstream its name; empty when none was chosen. Kept.
    /// @param origin its address; empty when none was chosen. Kept.
    void count(EventLoop loop, byte[] upstream, byte[] origin, RequestOutcome outcome, int statusClass) {
        count(loop, rowOf(upstream, origin), outcome, statusClass);
    }

    /// The row of a pair, or the common row.
    Row rowOf(byte[] upstream, byte[] origin) {
        byte[] to = upstream.length == 0 ? NONE : upstream;
        byte[] at = origin.length == 0 ? NONE : origin;
        Rows now = rows;
        Row row = now.find(to, at);
        if (row != null) return row;
        return isFullOfServed(now) ? others : add(to, at);
    }

    /// Counts one in a row that may have been folded since it was found.
    void count(EventLoop loop, Row row, RequestOutcome outcome, int statusClass) {
        row.cells.add(loop, cell(outcome, statusClass), 1);
        // Why: folding marks the row and then reads it; counting writes the count and then reads the mark.
        VarHandle.fullFence();
        if (row.isGone) foldLate(row);
    }

    private boolean isFullOfServed(Rows now) {
        return now.isFull() && clock.nanoTime() - lookedNanos < LOOK_NANOS;
    }

    private synchronized Row add(byte[] upstream, byte[] origin) {
        Row known = rows.find(upstream, origin);
        if (known != null) return known;
        lookedNanos = clock.nanoTime();
        if (rows.isFull()) {
            foldGone();
            if (rows.isFull() || !isKept(upstream, origin)) return others;
        }
        Row made = row(upstream, origin);
        rows = rows.with(made);
        // Why: there was room, so the first request that finds none scans at once.
        lookedNanos -= LOOK_NANOS;
        return made;
    }

    private boolean isKept(byte[] upstream, byte[] origin) {
        return origin == NONE || isServed.test(upstream, origin);
    }

    private void foldGone() {
        List<Row> kept = new ArrayList<>();
        long[] folded = rows.folded.clone();
        for (Row row : rows.all) {
            if (isKept(row.upstream, row.origin)) {
                kept.add(row);
                continue;
            }
            row.isGone = true;
            VarHandle.fullFence(); // Why: as in count.
            row.moveTo(folded);
        }
        rows = new Rows(kept.toArray(Row[]::new), folded);
    }

    /// Adds a request to the common row that was counted in a row which another loop has folded meanwhile.
    private synchronized void foldLate(Row row) {
        long[] folded = rows.folded.clone();
        row.moveTo(folded);
        rows = new Rows(rows.all, folded);
    }

    /// Requests with this outcome and status class.
    long count(RequestOutcome outcome, int statusClass) {
        int cell = cell(outcome, statusClass);
        Rows now = rows;
        long sum = others.cells.sum(cell) + now.folded[cell];
        for (Row row : now.all) sum += row.cells.sum(cell);
        return sum;
    }

    /// Requests sent to an origin, of all outcomes.
    ///
    /// @param statusClass of the answers that count; negative for all
    long count(byte[] upstream, byte[] origin, int statusClass) {
        Row row = rows.find(upstream, origin);
        if (row == null) return 0;
        long sum = 0;
        for (int cell = 0; cell < CELLS; cell++) {
            if (statusClass < 0 || cell % STATUS_CLASSES == statusClass) sum += row.cells.sum(cell);
        }
        return sum;
    }

    void write(MetricText text) throws IOException {
        Rows now = rows;
        for (Row row : now.all) write(text, row, null);
        write(text, others, now.folded);
    }

    /// Usual series are exported from the first request on, even with value 0, so that their first increase is
    /// visible.
    ///
    /// @param folded what it has counted besides; null for nothing
    private void write(MetricText text, Row row, long @Nullable [] folded) throws IOException {
        for (RequestOutcome outcome : OUTCOMES) {
            for (int first = 0; first < STATUS_CLASSES; first++) {
                int cell = cell(outcome, first);
                long count = row.cells.sum(cell) + (folded == null ? 0 : folded[cell]);
                boolean isTold = count > 0 || (row != others && outcome.isUsual(first, row.origin != NONE));
                if (isTold) text.put(row.start).put(ENDS[cell]).count(count);
            }
        }
    }

    private static int cell(RequestOutcome outcome, int statusClass) {
        return outcome.ordinal() * STATUS_CLASSES + statusClass;
    }
}
