package dev.weir.testing.sim.seed;

/// Thrown on purpose to end a loop: an error of the virtual machine. Logging it breaks no law.
public final class PlannedDeath extends VirtualMachineError {
    private static final long serialVersionUID = 1;

    /// @param words where it was thrown
    public PlannedDeath(String words) {
        super(words);
    }
}
