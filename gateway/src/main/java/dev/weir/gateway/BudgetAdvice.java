package dev.weir.gateway;

import dev.weir.gateway.config.GatewayConfig;
import java.util.Locale;
import java.util.function.LongPredicate;

/// Suggests a larger budget, or lower limits, when the budget is too small.
///
/// **Threads:** immutable.
/// **Limits:** a few dozen plans are tried.
final class BudgetAdvice {
    private static final int MIB = 20;
    private static final long MEBIBYTES_MAX = 1L << 20;

    private BudgetAdvice() {}

    /// Explains why the budget is refused and which budget or limits would fit.
    static BudgetTooSmallException complaint(GatewayConfig config, long budgetBytes) {
        int loops = Runtime.getRuntime().availableProcessors();
        long mebibytes = least(MEBIBYTES_MAX, size -> Plan.fits(config, size << MIB));
        ConnectionTotal total = ConnectionTotal.of(config, budgetBytes);
        long most = total.total();
        long connections = least(most, cut -> Plan.fits(config.withConnections((int) (most - cut)), budgetBytes));
        String remedy = "the largest charges are " + HeapCheck.largest(Plan.charges(total.config(), loops)) + "\n"
                + "memory: " + mebibytes + "MiB would fit";
        if (connections < most) {
            remedy += ", or limits.connections of at most " + (most - connections) + " for all listeners";
        }
        String words = String.format(
                Locale.ROOT,
                "expected a budget of at least %dMiB for what these limits charge, found %,d bytes",
                mebibytes,
                budgetBytes);
        return new BudgetTooSmallException(words, remedy);
    }

    /// Finds the smallest number from 0 that passes, where all larger ones pass too; `limit` when no smaller
    /// one does.
    private static long least(long limit, LongPredicate passes) {
        long from = 0;
        long to = limit;
        while (from < to) {
            long middle = (from + to) >>> 1;
            if (passes.test(middle)) to = middle;
            else from = middle + 1;
        }
        return from;
    }
}
