package dev.weir.gateway.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Families of metrics in the order of their first registration.
///
/// **Threads:** thread-safe.
final class MetricPage {
    private final List<MetricFamily> families = new CopyOnWriteArrayList<>();

    MetricFamily counter(String name, String help) {
        return family(name, MetricFamily.Type.COUNTER, help);
    }

    MetricFamily gauge(String name, String help) {
        return family(name, MetricFamily.Type.GAUGE, help);
    }

    MetricFamily summary(String name, String help) {
        return family(name, MetricFamily.Type.SUMMARY, help);
    }

    MetricFamily histogram(String name, String help) {
        return family(name, MetricFamily.Type.HISTOGRAM, help);
    }

    /// The family of this name; the first registration sets its help text.
    private synchronized MetricFamily family(String name, MetricFamily.Type type, String help) {
        for (MetricFamily known : families) {
            if (known.name().equals(name)) return known;
        }
        var made = new MetricFamily(name, type, help);
        families.add(made);
        return made;
    }

    void write(OutputStream out) throws IOException {
        var text = new MetricText(out);
        for (MetricFamily family : families) family.write(text);
        text.flush();
    }
}
