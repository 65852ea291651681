package dev.weir.gateway.config;

import java.time.Duration;
import java.util.OptionalLong;

/// What the file says of memory.
///
/// **Threads:** immutable.
///
/// @param bytes the budget; empty when the file leaves it to [MemoryDefault]
/// @param starveAfter how long somebody waits for memory before a connection that moves no byte is closed for it
/// @param debugging how wrong use of it is looked for
public record Memory(OptionalLong bytes, Duration starveAfter, Debugging debugging) {
    /// A budget that [MemoryDefault] finds, 2 s, no debugging.
    public static final Memory DEFAULT = new Memory(OptionalLong.empty(), Duration.ofSeconds(2), Debugging.OFF);

    /// The same with a budget of so many bytes.
    public Memory withBytes(long budgetBytes) {
        return new Memory(OptionalLong.of(budgetBytes), starveAfter, debugging);
    }
}
