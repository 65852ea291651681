package dev.weir.testing.sim.seed;

/// Thrown on purpose by a scenario. Logging it breaks no law.
public final class PlannedFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param words where it was thrown
    public PlannedFailure(String words) {
        super(words, null, false, false);
    }
}
