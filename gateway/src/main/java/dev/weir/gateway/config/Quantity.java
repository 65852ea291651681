package dev.weir.gateway.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// A number with a unit.
///
/// **Threads:** immutable.
final class Quantity {
    /// In bytes.
    static final Quantity SIZE = new Quantity(
            "sizes",
            "a size",
            "64MiB",
            List.of(new Unit("KiB", 1L << 10), new Unit("MiB", 1L << 20), new Unit("GiB", 1L << 30)));

    /// In milliseconds.
    static final Quantity DURATION = new Quantity(
            "durations",
            "a duration",
            "10s",
            List.of(new Unit("ms", 1), new Unit("s", 1_000), new Unit("m", 60_000), new Unit("h", 3_600_000)));

    /// Rates in bytes a second.
    static final Quantity RATE =
            new Quantity("rates", "a rate", "1KiB/s", List.of(new Unit("KiB/s", 1024), new Unit("MiB/s", 1024 * 1024)));

    private record Unit(String name, long factor) {}

    private static final Pattern FORM = Pattern.compile("([0-9]+)( *)([A-Za-z/]*)");

    private static final int DIGITS_MAX = 9;

    private final String plural;
    private final String one;
    private final String sample;
    private final List<Unit> units;

    private Quantity(String plural, String one, String sample, List<Unit> units) {
        this.plural = plural;
        this.one = one;
        this.sample = sample;
        this.units = units;
    }

    /// Reads an amount, or returns the fallback after adding an error.
    ///
    /// @param why the reason for the limit, which is added to the error; may be empty
    long read(Value value, long fallback, long least, long limit, String why) {
        var text = value.text(one + " such as " + sample);
        if (text.isEmpty()) {
            return fallback;
        }
        var form = FORM.matcher(text);
        if (!form.matches()) {
            value.refuse("expected " + one + " such as " + sample + " (a whole number, then " + names() + ")");
            return fallback;
        }
        if (form.group(3).isEmpty()) {
            value.refuse(plural + " need a unit: " + names(), "for example " + sample);
            return fallback;
        }
        for (var unit : units) {
            if (form.group(2).isEmpty() && unit.name.equals(form.group(3))) {
                // Why: a longer number is beyond every limit and might not fit into a long.
                boolean isLong = form.group(1).length() > DIGITS_MAX;
                long amount = isLong ? Long.MAX_VALUE : Long.parseLong(form.group(1)) * unit.factor;
                if (amount < least || amount > limit) {
                    value.refuse("expected " + print(least) + " to " + print(limit) + why);
                    return fallback;
                }
                return amount;
            }
        }
        value.refuse("expected " + names() + " right after the number", guess(form.group(1), form.group(3)));
        return fallback;
    }

    /// With the largest unit that leaves a whole number.
    String print(long amount) {
        for (var unit : units.reversed()) {
            if (amount != 0 && amount % unit.factor == 0) {
                return amount / unit.factor + unit.name;
            }
        }
        return amount == 0 ? "0" + (this == DURATION ? "s" : "KiB") : amount + " bytes";
    }

    private String names() {
        return Value.listed(units.stream().map(Unit::name).toList());
    }

    private String guess(String number, String unitText) {
        var lower = unitText.toLowerCase(Locale.ROOT);
        for (var unit : units) {
            var name = unit.name.toLowerCase(Locale.ROOT);
            boolean sameFirst = lower.charAt(0) == name.charAt(0);
            boolean isMillis = lower.startsWith("ms") || lower.startsWith("mil");
            if (sameFirst && (!name.startsWith("m") || this == SIZE || isMillis == name.equals("ms"))) {
                return "did you mean " + number + unit.name + "?";
            }
        }
        return "for example " + sample;
    }
}
