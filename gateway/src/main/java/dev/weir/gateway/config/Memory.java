package dev.weir.gateway.config;

import java.time.Duration;
import java.util.OptionalLong;

/// The memory settings.
///
/// **Threads:** immutable.
///
/// @param bytes the budget; empty for [MemoryDefault]
/// @param starveAfter how long a request waits for memory before a connection that moves no byte is closed to
///     free some
/// @param fairBy the order in which waiters for memory are served
/// @param debugging checks for wrong use of buffers
public record Memory(OptionalLong bytes, Duration starveAfter, FairBy fairBy, Debugging debugging) {
    /// A budget that [MemoryDefault] finds, 2 s, first come first served, no debugging.
    public static final Memory DEFAULT =
            new Memory(OptionalLong.empty(), Duration.ofSeconds(2), FairBy.ARRIVAL, Debugging.OFF);

    /// The order in which waiters are served.
    public enum FairBy {
        /// Among waiters: first come, first served; the default.
        ARRIVAL,
        /// Among clients: each address has one turn in a round.
        ADDRESS
    }

    /// The same with a budget of so many bytes.
    public Memory withBytes(long budgetBytes) {
        return new Memory(OptionalLong.of(budgetBytes), starveAfter, fairBy, debugging);
    }
}
