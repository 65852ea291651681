package dev.weir.testing.sim.seed;

/// What a scenario throws on purpose: that it is logged breaks no law.
public final class PlannedFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param words where it was thrown
    public PlannedFailure(String words) {
        super(words, null, false, false);
    }
}
