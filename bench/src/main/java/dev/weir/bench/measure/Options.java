package dev.weir.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What may follow the name of a bench that compares.
///
/// @param rounds how often each takes its turn
/// @param seconds of a round
/// @param only names of contenders, empty for all
public record Options(int rounds, int seconds, List<String> only) {
    private static final int MOST = 100;

    /// How to write them.
    public static final String USAGE = "[--rounds N] [--seconds N] [--only NAME,NAME...]";

    /// Reads them.
    ///
    /// @throws UnfitOptionException when one is unknown or has no fit value, with what was expected
    public static Options read(List<String> words, int rounds, int seconds) {
        var options = new Options(rounds, seconds, List.of());
        for (int i = 0; i < words.size(); i += 2) {
            String value = i + 1 < words.size() ? words.get(i + 1) : "";
            options = options.with(words.get(i), value);
        }
        return options;
    }

    private Options with(String option, String value) {
        return switch (option) {
            case "--rounds" -> new Options(count(option, value), seconds, only);
            case "--seconds" -> new Options(rounds, count(option, value), only);
            case "--only" -> new Options(rounds, seconds, List.of(value.split(",", -1)));
            default -> throw new UnfitOptionException("unknown option " + option + "; there are " + USAGE);
        };
    }

    private static int count(String option, String value) {
        if (value.matches("[1-9]\\d{0,2}") && Integer.parseInt(value) <= MOST) return Integer.parseInt(value);
        throw new UnfitOptionException(option + " needs a number from 1 to 100, was '" + value + "'");
    }

    /// Those of `all` that were asked for.
    ///
    /// @throws UnfitOptionException when a name is none of theirs
    public List<Contender> choose(List<Contender> all) {
        if (only.isEmpty()) return all;
        var chosen = new ArrayList<Contender>();
        for (String name : only) {
            Optional<Contender> found =
                    all.stream().filter(one -> one.name().equals(name)).findFirst();
            chosen.add(found.orElseThrow(() -> new UnfitOptionException("no contender '" + name + "'; there are "
                    + String.join(", ", all.stream().map(Contender::name).toList()))));
        }
        return chosen;
    }

    /// Whether everything is as it is by default: only then is a result kept in the repository.
    public boolean isDefault(int usualRounds, int usualSeconds) {
        return only.isEmpty() && rounds == usualRounds && seconds == usualSeconds;
    }

    /// An option that a bench does not have, or a value that does not fit it.
    public static final class UnfitOptionException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /// What is wrong and what was expected.
        public UnfitOptionException(String what) {
            super(what);
        }
    }
}
