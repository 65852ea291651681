package dev.weir.memory;

import java.util.List;

/// How a budget was used at one moment.
///
/// **Threads:** immutable.
///
/// @param budgetBytes the hard limit, in bytes
/// @param usedBytes what owners hold, in bytes: the sum of `owners`
/// @param peakBytes the most that was carved or out of the common store at once, blocks in loops' caches included
/// @param slabsBytes what the slabs may take now, in bytes: those that retire for charges are not counted
/// @param reserveBytes the size of the reserve, in bytes
/// @param reserveOutBytes how much of the reserve is in use, in bytes
/// @param waiters how many wait, by urgency
/// @param oldest how long the oldest waits have lasted, by urgency
/// @param grants how many waiters were handed a block, since the start
/// @param gaveUp how many waits were given up in their queue, since the start, by why
/// @param passedOn how many grants were passed on because they were not taken, since the start
/// @param owners how much each owner holds, sorted by owner
public record Usage(
        long budgetBytes,
        long usedBytes,
        long peakBytes,
        long slabsBytes,
        long reserveBytes,
        long reserveOutBytes,
        Waiting waiters,
        Oldest oldest,
        long grants,
        GaveUp gaveUp,
        long passedOn,
        List<Held> owners) {

    /// What one owner holds.
    ///
    /// @param owner the name given when the buffer was acquired or moved, or the purpose of a fixed part
    /// @param bytes whole blocks, in bytes
    public record Held(String owner, long bytes) {}

    /// How many wait, by urgency.
    ///
    /// @param drain to finish a response
    /// @param response to read what an upstream answers
    /// @param handle for a handler's output
    /// @param intake for new bytes from a client
    public record Waiting(int drain, int response, int handle, int intake) {
        /// All of them.
        public int total() {
            return drain + response + handle + intake;
        }
    }

    /// How long the oldest wait has lasted, by urgency, in nanoseconds; zero when there is no waiter.
    ///
    /// @param drain to finish a response
    /// @param response to read what an upstream answers
    /// @param handle for a handler's output
    /// @param intake for new bytes from a client
    public record Oldest(long drain, long response, long handle, long intake) {
        /// The longest of them.
        public long longest() {
            return Math.max(Math.max(drain, response), Math.max(handle, intake));
        }
    }

    /// How many waits were given up in their queue, by why.
    ///
    /// @param timedOut because their deadline came
    /// @param ended because what the memory was for had ended
    public record GaveUp(long timedOut, long ended) {
        /// All of them.
        public long total() {
            return timedOut + ended;
        }
    }

    /// How long the oldest wait has lasted, in nanoseconds; zero when there is no waiter.
    public long oldestWaitNanos() {
        return oldest.longest();
    }

    /// Copies the list.
    public Usage {
        owners = List.copyOf(owners);
    }
}
