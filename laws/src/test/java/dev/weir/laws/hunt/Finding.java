package dev.weir.laws.hunt;

/// Whether a planted bug was found, and by whom.
///
/// @param oracle who found it: a scenario and the invariant it broke, or a test; what went wrong when nobody did
/// @param cost what it took to find it, such as `17 seeds`
record Finding(PlantedBug bug, boolean isCaught, String oracle, String cost) {
    /// As a row of what the command prints.
    String row() {
        String end = isCaught ? oracle + ", " + cost : "MISSED: " + oracle + ", " + cost;
        return String.format("%-30s %-24s %-6s %s", bug.name(), bug.kind(), bug.situation(), end);
    }

    /// As a row of the page.
    String pageRow() {
        String end = isCaught ? oracle + " | " + cost : "**missed**: " + oracle + " | " + cost;
        return "| " + bug.kind() + " | " + bug.name() + ": " + bug.what() + " | " + bug.situation() + " | " + end
                + " |";
    }
}
