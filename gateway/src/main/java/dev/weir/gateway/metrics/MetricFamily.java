package dev.weir.gateway.metrics;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/// All series of one name: their help text, and the function that reads each.
///
/// **Threads:** thread-safe; the functions are called by the thread that writes the page.
/// **Limits:** a series is encoded once, when it is added.
final class MetricFamily {
    private final String name;
    private final byte[] head;
    private final List<Rows> rows = new CopyOnWriteArrayList<>();

    /// The type of a metric.
    enum Type {
        COUNTER("counter"),
        GAUGE("gauge"),
        SUMMARY("summary"),
        HISTOGRAM("histogram");

        private final String text;

        Type(String text) {
            this.text = text;
        }
    }

    /// Lines of a family.
    interface Rows {
        void write(MetricText text) throws IOException;
    }

    MetricFamily(String name, Type type, String help) {
        this.name = name;
        this.head = MetricText.bytes("# HELP " + name + " " + help + "\n# TYPE " + name + " " + type.text + "\n");
    }

    String name() {
        return name;
    }

    /// Adds a series whose value is a number.
    MetricFamily count(Labels labels, LongSupplier value) {
        byte[] start = start("", labels);
        return rows(text -> text.put(start).count(value.getAsLong()));
    }

    /// Adds a series whose value is a time, exported in seconds.
    MetricFamily seconds(Labels labels, LongSupplier nanos) {
        byte[] start = start("", labels);
        return rows(text -> text.put(start).seconds(nanos.getAsLong()));
    }

    /// Adds the count and the sum of a summary.
    MetricFamily timed(Labels labels, LongSupplier count, LongSupplier nanos) {
        byte[] counted = start("_count", labels);
        byte[] summed = start("_sum", labels);
        return rows(text -> {
            text.put(counted).count(count.getAsLong());
            text.put(summed).seconds(nanos.getAsLong());
        });
    }

    /// Adds lines that write themselves; each begins with [#start].
    MetricFamily rows(Rows more) {
        rows.add(more);
        return this;
    }

    /// The beginning of a line of this family, up to its value.
    byte[] start(String suffix, Labels labels) {
        return MetricText.bytes(name + suffix + labels.text() + " ");
    }

    void write(MetricText text) throws IOException {
        text.put(head);
        for (Rows one : rows) one.write(text);
    }
}
