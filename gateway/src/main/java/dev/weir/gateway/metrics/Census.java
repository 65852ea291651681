package dev.weir.gateway.metrics;

import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionState;
import dev.weir.connection.Roster;
import dev.weir.runtime.Weir;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Counts the connections of all loops by place and state; each loop counts its own.
///
/// **Threads:** [#of] is thread-safe; the counting is confined to each loop in turn.
final class Census {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private Census() {}

    /// Those of all loops that answered within a second.
    static List<ConnectionCount> of(Weir weir) throws InterruptedException {
        var sums = new TreeMap<Place, Map<ConnectionState, Integer>>();
        for (List<ConnectionCount> ofLoop : LoopQuestion.ask(weir, PATIENCE, Census::count)) {
            for (ConnectionCount count : ofLoop) {
                sums.computeIfAbsent(count.place(), place -> new EnumMap<>(ConnectionState.class))
                        .merge(count.state(), count.connections(), Integer::sum);
            }
        }
        return flat(sums);
    }

    private static List<ConnectionCount> count(Roster roster) {
        var counts = new TreeMap<String, Map<ConnectionState, Integer>>();
        roster.forEach(connection -> add(counts, connection));
        var byPlace = new TreeMap<Place, Map<ConnectionState, Integer>>();
        counts.forEach((label, states) -> states.forEach((state, count) -> byPlace.computeIfAbsent(
                        Place.of(label), place -> new EnumMap<>(ConnectionState.class))
                .merge(state, count, Integer::sum)));
        return flat(byPlace);
    }

    // Why: by label, which is one text for each listener, so that a loop with thousands cuts no text for each.
    private static void add(Map<String, Map<ConnectionState, Integer>> counts, Connection connection) {
        counts.computeIfAbsent(connection.label(), label -> new EnumMap<>(ConnectionState.class))
                .merge(connection.state(), 1, Integer::sum);
    }

    private static List<ConnectionCount> flat(Map<Place, Map<ConnectionState, Integer>> sums) {
        var counts = new ArrayList<ConnectionCount>();
        sums.forEach((place, states) ->
                states.forEach((state, count) -> counts.add(new ConnectionCount(place, state, count))));
        return counts;
    }
}
