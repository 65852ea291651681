package dev.weir.bench;

import java.util.List;

/// One measurement.
interface Bench {
    /// What `./weir bench` knows it by.
    String name();

    /// What it measures, in one line.
    String purpose();

    /// Measures and prints.
    ///
    /// @param options what followed the name
    /// @return whether the result is what it must be
    /// @throws UnknownOptionException when an option is not one of its own
    boolean run(List<String> options) throws Exception;

    /// An option that a bench does not have.
    final class UnknownOptionException extends Exception {
        private static final long serialVersionUID = 1L;

        UnknownOptionException(String option) {
            super("unknown option: " + option);
        }
    }
}
