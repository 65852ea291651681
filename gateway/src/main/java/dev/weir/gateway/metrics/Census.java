package dev.weir.gateway.metrics;

import dev.weir.connection.ConnectionRole;
import dev.weir.connection.ConnectionState;
import dev.weir.connection.Roster;
import dev.weir.runtime.Weir;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Counts the connections of all loops by place and state; each loop counts its own.
///
/// **Threads:** [#of] is thread-safe; the counting is confined to each loop in turn.
final class Census {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private Census() {}

    /// The counts of all loops that answered within a second.
    static List<ConnectionCount> of(Weir weir) throws InterruptedException {
        var sums = new TreeMap<Standing, Map<ConnectionState, Integer>>();
        for (Map<ConnectionRole, Map<ConnectionState, Integer>> ofLoop : LoopQuery.ask(weir, PATIENCE, Census::count)) {
            ofLoop.forEach((role, states) -> states.forEach((state, count) -> sums.computeIfAbsent(
                            new Standing(role.side(), role.upstream()), _ -> new EnumMap<>(ConnectionState.class))
                    .merge(state, count, Integer::sum)));
        }
        var counts = new ArrayList<ConnectionCount>();
        sums.forEach((standing, states) -> states.forEach(
                (state, count) -> counts.add(new ConnectionCount(standing.side, standing.upstream, state, count))));
        return counts;
    }

    // Why: by place, one object for each listener and origin, so that thousands of connections allocate nothing.
    private static Map<ConnectionRole, Map<ConnectionState, Integer>> count(Roster roster) {
        var counts = new LinkedHashMap<ConnectionRole, Map<ConnectionState, Integer>>();
        roster.forEach(one -> counts.computeIfAbsent(one.role(), _ -> new EnumMap<>(ConnectionState.class))
                .merge(one.state(), 1, Integer::sum));
        return counts;
    }

    /// The part of a place by which counts are separated.
    private record Standing(ConnectionRole.Side side, String upstream) implements Comparable<Standing> {
        @Override
        public int compareTo(Standing other) {
            int bySide = side.compareTo(other.side);
            return bySide != 0 ? bySide : upstream.compareTo(other.upstream);
        }
    }
}
