package dev.weir.memory.wait;

/// How waits for memory ended, since the start. Each wait ends in exactly one way: given up
/// in its queue, granted and kept, granted and passed on.
///
/// **Threads:** immutable.
///
/// @param begun how many waits began
/// @param waiting how many are in a queue
/// @param gaveUp how many left their queue without a grant
/// @param granted how many were granted a block
/// @param kept how many of those took the block
/// @param passedOn how many of those did not take it, so that it went to the next waiter
public record WaitCounts(long begun, int waiting, long gaveUp, long granted, long kept, long passedOn) {

    /// How many grants are on their way.
    public long inFlight() {
        return granted - kept - passedOn;
    }
}
