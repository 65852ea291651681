package dev.weir.gateway.config;

import java.util.Locale;

/// How the file writes a constant of an enum: in lower case, with hyphens.
///
/// **Threads:** immutable.
public final class EnumWord {
    private EnumWord() {}

    /// The word, such as `least-outstanding`.
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
