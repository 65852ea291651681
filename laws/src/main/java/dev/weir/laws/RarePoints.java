package dev.weir.laws;

import dev.weir.connection.ConnectionPoint;
import dev.weir.flow.FlowPoint;
import dev.weir.gateway.forward.ForwardPoint;
import dev.weir.http.client.ClientPoint;
import dev.weir.http.server.ServerPoint;
import dev.weir.loop.LoopPoint;
import dev.weir.pool.PoolPoint;
import dev.weir.server.AcceptPoint;
import dev.weir.time.RarePoint;
import java.util.ArrayList;
import java.util.List;

/// All rare points of Weir, which each package declares for itself; a test of the house compares.
final class RarePoints {
    /// In the order of the packages, the lowest first.
    static final List<RarePoint> ALL = all();

    private RarePoints() {}

    private static List<RarePoint> all() {
        var all = new ArrayList<RarePoint>();
        all.addAll(List.of(LoopPoint.values()));
        all.addAll(List.of(ConnectionPoint.values()));
        all.addAll(List.of(PoolPoint.values()));
        all.addAll(List.of(AcceptPoint.values()));
        all.addAll(List.of(FlowPoint.values()));
        all.addAll(List.of(ServerPoint.values()));
        all.addAll(List.of(ClientPoint.values()));
        all.addAll(List.of(ForwardPoint.values()));
        return List.copyOf(all);
    }
}
