package dev.weir.gateway.config;

/// Debugging of memory use; slow, and off by default.
///
/// **Threads:** immutable.
///
/// @param poison whether blocks are filled with a pattern when they are released
/// @param places whether the stacks of acquiring and releasing a buffer are kept
/// @param coldFirst whether the block that has been free for longest is lent first
/// @param refusedPerMille how many of a thousand requests for a block are refused
/// @param seed decides which requests are refused
public record Debugging(boolean poison, boolean places, boolean coldFirst, int refusedPerMille, int seed) {
    /// Nothing is on.
    public static final Debugging OFF = new Debugging(false, false, false, 0, 1);
}
