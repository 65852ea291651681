package dev.weir.memory;

import dev.weir.memory.block.Account;
import java.util.List;

/// Which blocks are held at one moment: by purpose and by account.
///
/// It is read without stopping anything: a block that changes hands meanwhile may be listed under either
/// holder, or under none.
///
/// **Threads:** immutable.
///
/// @param all what is held in all
/// @param purposes by what it is for, sorted by its name; their sum is `all`
/// @param accounts those that hold most, most first; blocks without an account are in `purposes` only
public record Holdings(Held all, List<ByPurpose> purposes, List<ByAccount> accounts) {
    /// Stands for an age that was not noted.
    public static final long AGE_UNKNOWN = -1;

    /// Blocks, their bytes, and how long the oldest of them has been held.
    ///
    /// @param blocks how many
    /// @param bytes whole blocks, in bytes
    /// @param ageNanos how long the one held longest has been, in nanoseconds, or [#AGE_UNKNOWN]
    public record Held(int blocks, long bytes, long ageNanos) {}

    /// What is held for one purpose.
    ///
    /// @param purpose the name given when the block was acquired or moved
    public record ByPurpose(String purpose, Held held) {}

    /// What is booked on one account.
    ///
    /// @param purposes what for, sorted, each once
    public record ByAccount(Account account, Held held, List<String> purposes) {
        /// Copies the list.
        public ByAccount {
            purposes = List.copyOf(purposes);
        }
    }

    /// Copies the lists.
    public Holdings {
        purposes = List.copyOf(purposes);
        accounts = List.copyOf(accounts);
    }
}
