package dev.weir.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A page of several parts, each of which begins with a headline of the second level.
final class Parts {
    private static final Pattern BEGIN = Pattern.compile("(?m)^(?=## )");

    private Parts() {}

    /// The page with this part in place of the one of the same headline, or at its end.
    static String replaced(String page, String part) {
        List<String> parts = new ArrayList<>(List.of(BEGIN.split(page, -1)));
        String headline = headline(part);
        boolean isThere = false;
        for (int i = 0; i < parts.size(); i++) {
            boolean isSame = headline(parts.get(i)).equals(headline);
            if (isSame) parts.set(i, part);
            isThere |= isSame;
        }
        if (!isThere) parts.add(part);
        return String.join("\n\n", parts.stream().map(String::strip).toList()) + "\n";
    }

    private static String headline(String part) {
        return part.lines().findFirst().orElse("");
    }
}
