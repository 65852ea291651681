package dev.weir.bench;

import dev.weir.bench.measure.Options;
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
    /// @throws Options.UnfitOptionException when an option is not one of its own, or has no fit value
    boolean run(List<String> options) throws Exception;
}
