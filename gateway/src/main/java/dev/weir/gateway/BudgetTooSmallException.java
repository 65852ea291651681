package dev.weir.gateway;

import dev.weir.gateway.cli.ExitStatus;

/// The budget or the heap is too small for the limits of a configuration.
///
/// **Threads:** immutable.
final class BudgetTooSmallException extends CannotStartException {
    private static final long serialVersionUID = 1;

    private final String words;
    private final String remedy;

    /// @param words what is expected and what was found
    /// @param remedy what to write instead; may have several lines
    BudgetTooSmallException(String words, String remedy) {
        super(ExitStatus.REFUSED, "memory: " + words + (remedy.isEmpty() ? "" : "; " + remedy.replace("\n", "; ")));
        this.words = words;
        this.remedy = remedy;
    }

    String words() {
        return words;
    }

    String remedy() {
        return remedy;
    }
}
