package dev.weir.memory.wait;

/// How waits for memory ended, since the start. Each wait ends in exactly one way: given up
/// in its queue, granted and kept, granted and passed on.
///
/// **Threads:** immutable.
///
/// @param begun how many began to wait
/// @param waiting how many stand in a queue
/// @param gaveUp how many left their queue without a grant
/// @param granted how many were handed a block, and woken for it
/// @param kept how many of those took it
/// @param passedOn how many of those did not, so that it went on to the next
public record WaitCounts(long begun, int waiting, long gaveUp, long granted, long kept, long passedOn) {

    /// How many grants are on their way.
    public long inFlight() {
        return granted - kept - passedOn;
    }
}
