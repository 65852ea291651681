package dev.weir.gateway.metrics;

/// The labels of a series, names and values.
///
/// **Threads:** immutable.
///
/// @param text as written after the name of the family; empty without labels
record Labels(String text) {
    static final Labels NONE = new Labels("");

    static Labels of(String name, String value) {
        return NONE.and(name, value);
    }

    Labels and(String name, String value) {
        String one = name + "=\"" + MetricText.escaped(value) + "\"}";
        return new Labels(text.isEmpty() ? "{" + one : text.substring(0, text.length() - 1) + "," + one);
    }
}
