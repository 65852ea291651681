package dev.weir.gateway.config;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/// What the file says of memory.
///
/// **Threads:** immutable.
///
/// @param bytes the budget; empty when the file leaves it to [MemoryDefault]
/// @param starveAfter how long somebody waits for memory before a connection that moves no byte is closed for it
/// @param fairBy in what order those are served who wait for it
/// @param debugging how wrong use of it is looked for
public record Memory(OptionalLong bytes, Duration starveAfter, FairBy fairBy, Debugging debugging) {
    /// A budget that [MemoryDefault] finds, 2 s, first come first served, no debugging.
    public static final Memory DEFAULT =
            new Memory(OptionalLong.empty(), Duration.ofSeconds(2), FairBy.ARRIVAL, Debugging.OFF);

    /// Among whom memory is shared out when it is short.
    public enum FairBy {
        /// Among waiters: first come, first served; the default.
        ARRIVAL("arrival"),
        /// Among clients: each address has one turn in a round.
        ADDRESS("address");

        private final String text;

        FairBy(String text) {
            this.text = text;
        }

        /// What `fair-by` says in this section.
        ///
        /// @param order the default first
        static FairBy in(Section section, List<FairBy> order) {
            var text =
                    section.choice("fair-by", order.stream().map(FairBy::text).toList());
            return order.stream()
                    .filter(one -> one.text().equals(text))
                    .findFirst()
                    .orElseThrow();
        }

        /// As it is written in the file.
        public String text() {
            return text;
        }
    }

    /// The same with a budget of so many bytes.
    public Memory withBytes(long budgetBytes) {
        return new Memory(OptionalLong.of(budgetBytes), starveAfter, fairBy, debugging);
    }
}
