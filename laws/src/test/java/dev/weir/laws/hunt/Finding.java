package dev.weir.laws.hunt;

/// Whether a planted bug was found, and by which scenario or test.
///
/// @param oracle what found it: a scenario and the invariant that it saw broken, or a test; otherwise what went wrong
/// @param cost what it took to find it, such as `17 seeds`
record Finding(PlantedBug bug, Verdict verdict, String oracle, String cost) {
    /// How a hunt ended.
    enum Verdict {
        /// A scenario or a test fails with the bug, and passes without it.
        CAUGHT,
        /// All scenarios and all tests pass with the bug.
        MISSED,
        /// Nothing that can be relied on: what failed with the bug failed without it too, or a run did not end.
        NOT_JUDGED
    }

    boolean is(Verdict other) {
        return verdict == other;
    }

    /// As a row of what the command prints.
    String row() {
        return String.format(
                "%-30s %-24s %-6s %s",
                bug.name(),
                bug.kind(),
                bug.situation(),
                switch (verdict) {
                    case CAUGHT -> oracle + ", " + cost;
                    case MISSED -> "MISSED: " + oracle + ", " + cost;
                    case NOT_JUDGED -> "NOT JUDGED: " + oracle + ", " + cost;
                });
    }

    /// As a row of the page.
    String pageRow() {
        String end = switch (verdict) {
            case CAUGHT -> oracle;
            case MISSED -> "**missed**: " + oracle;
            case NOT_JUDGED -> "**not judged**: " + oracle;
        };
        return "| " + bug.kind() + " | " + bug.name() + ": " + bug.what() + " | " + bug.situation() + " | " + end
                + " | " + cost + " |";
    }
}
