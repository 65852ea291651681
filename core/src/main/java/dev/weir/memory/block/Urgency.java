package dev.weir.memory.block;

/// What memory is wanted for, most urgent first: work that finishes outranks work that starts.
///
/// The urgency decides the queue of a waiter and how deep into the reserve it may reach. The reserve has steps,
/// so every class can finish without the class below it.
///
/// **Threads:** immutable.
/// **Source:** HAProxy, dynamic buffer management, with its later urgency queues.
public enum Urgency {
    /// To finish a response or write out what is encoded; may use the whole reserve.
    DRAIN(0),
    /// To read what an upstream answers; may use two thirds of the reserve.
    RESPONSE(1),
    /// For a handler's output; may use the first third of the reserve.
    HANDLE(2),
    /// For new bytes from a client; never enters the reserve.
    INTAKE(3),
    /// For what can be left out; never waits, never enters the reserve, and is refused while there is a waiter.
    OPTIONAL(4);

    private final int index;

    Urgency(int index) {
        this.index = index;
    }

    /// The place of this urgency in arrays kept by urgency.
    public int index() {
        return index;
    }

    /// How many blocks of the reserve may be out for this urgency to get one more.
    ///
    /// @param reserveBlocks the whole reserve, in normal blocks
    public int reserveLimit(int reserveBlocks) {
        return switch (this) {
            case DRAIN -> reserveBlocks;
            case RESPONSE -> (int) (2L * reserveBlocks / 3);
            case HANDLE -> reserveBlocks / 3;
            case INTAKE, OPTIONAL -> 0;
        };
    }
}
