package dev.weir.gateway.metrics;

/// Names and values that tell a series from others of its family.
///
/// **Threads:** immutable.
///
/// @param text as it stands behind the name of the family; empty when there are none
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
