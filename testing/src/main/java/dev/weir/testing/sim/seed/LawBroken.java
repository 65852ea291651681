package dev.weir.testing.sim.seed;

/// An invariant does not hold.
public final class LawBroken extends AssertionError {
    private static final long serialVersionUID = 1L;

    /// Says which invariant, such as `I-7`, and what was seen.
    public LawBroken(String invariant, String seen) {
        super(invariant + ": " + seen);
    }
}
