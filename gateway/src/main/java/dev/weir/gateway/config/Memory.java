package dev.weir.gateway.config;

import java.time.Duration;
import java.util.List;
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
        /// First come, first served; the default.
        ARRIVAL("arrival"),
        /// Client addresses take turns: each is served once in a round.
        ADDRESS("address");

        private final String text;

        FairBy(String text) {
            this.text = text;
        }

        /// The value of `fair-by` in this section.
        ///
        /// @param order the allowed values, the default first
        static FairBy in(Section section, List<FairBy> order) {
            var text =
                    section.choice("fair-by", order.stream().map(FairBy::text).toList());
            return order.stream()
                    .filter(one -> one.text().equals(text))
                    .findFirst()
                    .orElseThrow();
        }

        /// The word in the configuration file.
        public String text() {
            return text;
        }
    }

    /// The same with a budget of so many bytes.
    public Memory withBytes(long budgetBytes) {
        return new Memory(OptionalLong.of(budgetBytes), starveAfter, fairBy, debugging);
    }
}
