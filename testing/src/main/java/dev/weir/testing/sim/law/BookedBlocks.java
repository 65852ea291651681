package dev.weir.testing.sim.law;

import dev.weir.connection.Connection;
import dev.weir.connection.Connections;
import dev.weir.memory.Holdings;
import dev.weir.memory.MemoryBudget;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The law that the blocks booked on a connection are those the connection says it holds. It walks all blocks
/// and connections, so it is checked after one step of 32.
///
/// **Threads:** confined to its world.
public final class BookedBlocks implements LawChecker.Law {
    private static final int STEPS = 32;

    private final MemoryBudget budget;
    private final Connections connections;
    private int steps;

    /// The law for connections whose blocks are of `budget`.
    public BookedBlocks(MemoryBudget budget, Connections connections) {
        this.budget = budget;
        this.connections = connections;
    }

    @Override
    public @Nullable String complaint() {
        if (++steps % STEPS != 0) return null;
        var booked = new TreeMap<Long, Long>();
        List<Holdings.ByAccount> accounts = budget.holdings(Integer.MAX_VALUE).accounts();
        for (Holdings.ByAccount one : accounts) {
            booked.put(one.account().id(), one.held().bytes());
        }
        var wrong = new StringBuilder();
        for (var roster : connections.rosters()) {
            roster.forEach(connection -> compare(connection, booked.remove(connection.id()), wrong));
        }
        if (!booked.isEmpty()) {
            wrong.append("blocks are booked on owners that have ended: ").append(accounts);
        }
        return wrong.isEmpty() ? null : wrong.toString();
    }

    private static void compare(Connection connection, @Nullable Long booked, StringBuilder wrong) {
        long bytes = booked == null ? 0 : booked;
        if (bytes == connection.heldBytes()) return;
        wrong.append(connection)
                .append(" holds ")
                .append(connection.heldBytes())
                .append(" bytes, and ");
        wrong.append(bytes).append(" are booked on it; ");
    }
}
