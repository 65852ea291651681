package dev.weir.laws;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The options after the name of a scenario.
///
/// @param seed the only one; negative for many
/// @param minutes how long at most; 0 for as long as it takes
/// @param starts in how many programs the seed is played; 0 for this one
/// @param trace where one run is written; null for nowhere
record Options(
        long seed,
        long from,
        long seeds,
        long minutes,
        int starts,
        @Nullable Path trace) {
    private static final long SEEDS = 1000;
    private static final long NONE = -1;
    private static final int STARTS_MAX = 1_000_000;

    /// @throws IllegalArgumentException when it is not understood
    static Options of(List<String> words) {
        long seed = NONE;
        long from = 1;
        long seeds = NONE;
        long minutes = 0;
        long starts = 0;
        Path trace = null;
        for (int i = 0; i < words.size(); i += 2) {
            String option = words.get(i);
            if (i + 1 == words.size()) throw new IllegalArgumentException("nothing follows " + option);
            String value = words.get(i + 1);
            switch (option) {
                case "--seed" -> seed = number(option, value);
                case "--from" -> from = number(option, value);
                case "--seeds" -> seeds = number(option, value);
                case "--minutes" -> minutes = number(option, value);
                case "--starts" -> starts = number(option, value);
                case "--trace" -> trace = Path.of(value);
                default -> throw new IllegalArgumentException("unknown option: " + option);
            }
        }
        if (trace != null && seed < 0) throw new IllegalArgumentException("--trace takes one --seed");
        if (starts > 0 && (trace != null || seed < 0)) {
            throw new IllegalArgumentException("--starts takes one --seed and no --trace");
        }
        if (starts > STARTS_MAX) throw new IllegalArgumentException("--starts takes at most " + STARTS_MAX);
        if (seeds < 0) seeds = minutes > 0 ? Long.MAX_VALUE - from : SEEDS;
        return new Options(seed, from, seeds, minutes, (int) starts, trace);
    }

    private static long number(String option, String value) {
        try {
            long number = Long.parseLong(value);
            if (number >= 0) return number;
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException(option + " takes a number, not " + value, wrong);
        }
        throw new IllegalArgumentException(option + " takes a number from 0, not " + value);
    }

    boolean isOneSeed() {
        return seed >= 0;
    }
}
