package dev.weir.gateway;

import dev.weir.pool.Origin;
import dev.weir.pool.OriginListener;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Notices for the operator when an origin of one upstream goes down or comes up.
///
/// **Threads:** thread-safe.
final class OriginNotices implements OriginListener {
    private final String upstream;
    private final Consumer<String> tell;

    OriginNotices(String upstream, Consumer<String> tell) {
        this.upstream = upstream;
        this.tell = tell;
    }

    @Override
    public void originDown(Origin origin, String why, long untold) {
        String more = untold == 0 ? "" : " (" + untold + " failed attempts before were not told)";
        tell.accept(name(origin) + " accepts no connections: " + why + more + "; others are preferred until it does");
    }

    @Override
    public void originUp(Origin origin, long goneNanos) {
        tell.accept(
                name(origin) + " accepts connections again, after " + TimeUnit.NANOSECONDS.toSeconds(goneNanos) + " s");
    }

    private String name(Origin origin) {
        return "origin " + origin.text() + " of upstream " + upstream;
    }
}
