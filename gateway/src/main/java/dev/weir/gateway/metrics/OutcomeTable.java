package dev.weir.gateway.metrics;

import dev.weir.loop.EventLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Counts requests of one listener by upstream, origin, outcome and status class.
///
/// **Threads:** told on the loop it happens on, read by any.
/// **Limits:** [#ROWS_MAX] pairs of upstream and origin; requests to others are counted together. A pair is made by
/// its first request, and allocates nothing from then on.
final class OutcomeTable {
    /// The most pairs of upstream and origin that are told apart.
    static final int ROWS_MAX = 1_000;

    /// Status classes 1xx to 5xx, and 0 for requests that were not answered.
    static final int STATUS_CLASSES = 6;

    private static final RequestOutcome[] OUTCOMES = RequestOutcome.values();
    private static final int CELLS = OUTCOMES.length * STATUS_CLASSES;
    private static final byte[] NONE = MetricText.bytes("none");
    private static final byte[] OTHER = MetricText.bytes("other");
    private static final byte[][] ENDS = ends();

    private final Labels listener;
    private final int loops;
    private final Row others;
    private volatile Row[] rows;

    /// Counts for one upstream and origin.
    private static final class Row {
        private final byte[] upstream;
        private final byte[] origin;
        private final LoopCells cells;
        private final byte[] start;

        Row(byte[] upstream, byte[] origin, LoopCells cells, byte[] start) {
            this.upstream = upstream;
            this.origin = origin;
            this.cells = cells;
            this.start = start;
        }
    }

    OutcomeTable(String listener, int loops) {
        this.listener = Labels.of("listener", listener);
        this.loops = loops;
        this.others = row(OTHER, OTHER);
        this.rows = new Row[] {row(NONE, NONE)};
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
        // Why: without its end, because more labels follow.
        byte[] start = MetricText.bytes("weir_requests_outcome_total" + labels.substring(0, labels.length() - 1));
        return new Row(upstream, origin, new LoopCells(loops, CELLS), start);
    }

    /// Counts one.
    ///
    /// @param upstream its name; empty when none was chosen. Kept.
    /// @param origin its address; empty when none was chosen. Kept.
    void count(EventLoop loop, byte[] upstream, byte[] origin, RequestOutcome outcome, int statusClass) {
        byte[] to = upstream.length == 0 ? NONE : upstream;
        byte[] at = origin.length == 0 ? NONE : origin;
        Row row = find(rows, to, at);
        if (row == null) row = add(to, at);
        row.cells.add(loop, cell(outcome, statusClass), 1);
    }

    private static @Nullable Row find(Row[] all, byte[] upstream, byte[] origin) {
        for (Row row : all) {
            if (Arrays.equals(row.origin, origin) && Arrays.equals(row.upstream, upstream)) return row;
        }
        return null;
    }

    private synchronized Row add(byte[] upstream, byte[] origin) {
        Row[] now = rows;
        Row known = find(now, upstream, origin);
        if (known != null) return known;
        if (now.length == ROWS_MAX) return others;
        Row made = row(upstream, origin);
        Row[] more = Arrays.copyOf(now, now.length + 1);
        more[now.length] = made;
        rows = more;
        return made;
    }

    /// Requests that ended so.
    long count(RequestOutcome outcome, int statusClass) {
        int cell = cell(outcome, statusClass);
        long sum = others.cells.sum(cell);
        for (Row row : rows) sum += row.cells.sum(cell);
        return sum;
    }

    /// Requests that an origin was chosen for, of all outcomes.
    ///
    /// @param statusClass of the answers that count; negative for all
    long count(byte[] upstream, byte[] origin, int statusClass) {
        Row row = find(rows, upstream, origin);
        if (row == null) return 0;
        long sum = 0;
        for (int cell = 0; cell < CELLS; cell++) {
            if (statusClass < 0 || cell % STATUS_CLASSES == statusClass) sum += row.cells.sum(cell);
        }
        return sum;
    }

    void write(MetricText text) throws IOException {
        for (Row row : rows) write(text, row);
        write(text, others);
    }

    /// What is usual is told from the first request on, so that what it grows by is seen from the first on, too.
    private void write(MetricText text, Row row) throws IOException {
        for (RequestOutcome outcome : OUTCOMES) {
            for (int first = 0; first < STATUS_CLASSES; first++) {
                int cell = cell(outcome, first);
                long count = row.cells.sum(cell);
                boolean isTold = count > 0 || (row != others && outcome.isUsual(first, row.origin != NONE));
                if (isTold) text.put(row.start).put(ENDS[cell]).count(count);
            }
        }
    }

    private static int cell(RequestOutcome outcome, int statusClass) {
        return outcome.ordinal() * STATUS_CLASSES + statusClass;
    }
}
