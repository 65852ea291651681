package dev.weir.gateway.config;

/// How wrong use of memory is looked for; slow, and off unless the file says so.
///
/// **Threads:** immutable.
///
/// @param poison whether blocks are filled when they come back
/// @param places whether it is kept where buffers are acquired and ended
/// @param coldFirst whether the block that has lain longest is lent first
/// @param refusedPerMille of a thousand blocks asked for, so many are refused
/// @param seed which ones
public record Debugging(boolean poison, boolean places, boolean coldFirst, int refusedPerMille, int seed) {
    /// Nothing is on.
    public static final Debugging OFF = new Debugging(false, false, false, 0, 1);
}
