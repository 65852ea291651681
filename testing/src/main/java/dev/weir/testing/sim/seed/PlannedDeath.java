package dev.weir.testing.sim.seed;

/// What a world throws to end a loop: nobody goes on after an error of the virtual machine. That it is logged
/// breaks no law.
public final class PlannedDeath extends VirtualMachineError {
    private static final long serialVersionUID = 1;

    /// @param words where it was thrown
    public PlannedDeath(String words) {
        super(words);
    }
}
