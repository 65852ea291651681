package dev.weir.gateway.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// Finds the word that the user may have meant.
///
/// **Threads:** immutable.
/// **Source:** Damerau, "A technique for computer detection and correction of spelling errors" (1964).
final class NearestWord {
    private static final int LETTERS_LIMIT = 64;

    private NearestWord() {}

    /// `did you mean WORD?`, or empty when no choice is near enough and `word` is no known synonym of one.
    static String question(String word, Collection<String> choices) {
        var nearest = meant(word, choices);
        return nearest.isEmpty() ? "" : "did you mean " + nearest + "?";
    }

    /// The nearest choice, or the choice of which `word` is a synonym in other programs; empty when there is
    /// neither.
    static String meant(String word, Collection<String> choices) {
        var nearest = of(word, choices);
        return nearest.isEmpty() ? Synonyms.meaning(word, List.copyOf(choices)) : nearest;
    }

    /// The nearest choice, or empty when none is near enough: one typing error in three letters.
    static String of(String word, Collection<String> choices) {
        var best = "";
        int bestSlips = Math.max(1, word.length() / 3) + 1;
        if (word.length() <= LETTERS_LIMIT) {
            for (var choice : choices) {
                // Why: the lengths alone rule out most choices, and there may be a thousand for each of many
                // errors.
                if (Math.abs(choice.length() - word.length()) > bestSlips) {
                    continue;
                }
                int slips = slips(plain(word), plain(choice));
                if (slips < bestSlips && slips < choice.length()) {
                    best = choice;
                    bestSlips = slips;
                }
            }
        }
        return best;
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /// The number of letters that were left out, added, replaced, or swapped with their neighbour.
    private static int slips(String a, String b) {
        var table = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            table[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            table[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                table[i][j] = cheapest(table, a, b, i, j);
            }
        }
        return table[a.length()][b.length()];
    }

    private static int cheapest(int[][] table, String a, String b, int i, int j) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int slips = Math.min(table[i - 1][j - 1] + (same ? 0 : 1), Math.min(table[i - 1][j], table[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(slips, table[i - 2][j - 2] + 1) : slips;
    }
}
