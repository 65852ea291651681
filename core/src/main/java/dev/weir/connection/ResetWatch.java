package dev.weir.connection;

import dev.weir.loop.EventLoop;
import dev.weir.time.Timer;
import java.util.function.BooleanSupplier;

/// Finds resets on connections of one loop whose input is paused: a paused connection is not in the selector, and
/// without this a reset by its peer would be noticed only at the next write.
///
/// **Threads:** confined to its loop.
/// **Limits:** probes once a second, and only while a connection that asked for it is paused.
/// **Source:** ADR 24.
final class ResetWatch {
    private static final long LOOK_NANOS = 1_000_000_000L;

    private final EventLoop loop;
    private final BooleanSupplier probe;
    private final Timer timer = new Timer(this::look);

    /// @param probe probes the paused connections that asked for it, and returns whether there was one
    ResetWatch(EventLoop loop, BooleanSupplier probe) {
        this.loop = loop;
        this.probe = probe;
    }

    /// The input of a connection that asked for it was paused.
    void inputPaused() {
        if (!timer.isScheduled()) loop.schedule(timer, LOOK_NANOS);
    }

    void stop() {
        loop.wheel().cancel(timer);
    }

    private void look() {
        if (probe.getAsBoolean()) inputPaused();
    }
}
