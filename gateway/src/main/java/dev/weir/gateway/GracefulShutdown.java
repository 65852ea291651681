package dev.weir.gateway;

import dev.weir.gateway.cli.ExitStatus;
import dev.weir.gateway.config.Stop;
import dev.weir.loop.CloseReport;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/// The graceful shutdown of a gateway: readiness fails, then accepting stops, then remaining connections are
/// cut, and a report says so.
///
/// **Threads:** confined to the program's first thread.
/// **Waits:** until all clients have left, a second signal arrives, or grace and drain are over; then at most 5
/// s more.
final class GracefulShutdown {
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration CUT_TIME = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIME = Duration.ofSeconds(5);

    /// The least time that the access log has for its last lines after the drain.
    private static final Duration LOG_TIME_MIN = Duration.ofMillis(200);

    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final Gateway gateway;
    private final Stop stop;
    private final Signals signals;
    private final Notices notices;
    private final Clock clock;

    GracefulShutdown(Gateway gateway, Stop stop, Signals signals, Notices notices) {
        this.gateway = gateway;
        this.stop = stop;
        this.signals = signals;
        this.notices = notices;
        this.clock = gateway.weir().group().clock();
    }

    /// The longest time that stopping may take from the first signal on; beyond that it counts as stuck.
    static Duration timeMax(Stop stop) {
        return stop.grace().plus(stop.drain()).plus(CUT_TIME).plus(CLOSE_TIME).plus(MARGIN);
    }

    /// Waits for a signal to stop, then stops.
    ///
    /// @return one of [ExitStatus]
    int awaitAndRun() {
        notices.wakes(signals::wake);
        while (!signals.isStopRequested()) {
            signals.await(() -> signals.isStopRequested() || notices.isWaiting(), Deadline.NEVER);
            notices.write();
        }
        return run();
    }

    /// Stops.
    ///
    /// @return one of [ExitStatus]
    int run() {
        long began = clock.nanoTime();
        notices.accept("stopping: " + signals.firstSignal() + "; accepting goes on for " + seconds(stop.grace())
                + ", then " + seconds(stop.drain()) + " to finish; a second signal cuts it short");
        gateway.failReadiness();
        signals.await(signals::isStopRepeated, Deadline.in(clock, stop.grace()));
        gateway.drain();
        var drained = Deadline.in(clock, stop.drain());
        awaitLooking(() -> gateway.connections() == 0, drained);
        Gateway.Cut cut = gateway.abort();
        awaitGone(Deadline.in(clock, CUT_TIME));
        var closed = Deadline.in(clock, CLOSE_TIME);
        List<CloseReport> reports = gateway.close(closed, earlier(closed, later(drained, LOG_TIME_MIN)));
        tell(reports, cut, Duration.ofNanos(clock.nanoTime() - began));
        boolean clean = reports.stream().allMatch(CloseReport::isClean);
        return clean && !signals.isStopRepeated() ? ExitStatus.OK : ExitStatus.FAILED;
    }

    /// Polls `done`, because a client that leaves notifies nobody; a second signal ends the wait.
    private void awaitLooking(BooleanSupplier done, Deadline deadline) {
        BooleanSupplier either = () -> done.getAsBoolean() || signals.isStopRepeated();
        while (!either.getAsBoolean() && !deadline.isPast(clock.nanoTime())) {
            signals.await(either, earlier(Deadline.in(clock, LOOK), deadline));
        }
    }

    private void awaitGone(Deadline deadline) {
        BooleanSupplier gone = () -> gateway.connections() == 0;
        while (!gone.getAsBoolean() && !deadline.isPast(clock.nanoTime())) {
            signals.await(gone, earlier(Deadline.in(clock, LOOK), deadline));
        }
    }

    private static Deadline earlier(Deadline one, Deadline other) {
        if (other.equals(Deadline.NEVER)) return one;
        return one.atNanos() - other.atNanos() < 0 ? one : other;
    }

    /// The deadline, but not sooner than in `least`.
    private Deadline later(Deadline deadline, Duration least) {
        var soonest = Deadline.in(clock, least);
        return earlier(deadline, soonest).equals(deadline) ? soonest : deadline;
    }

    private void tell(List<CloseReport> reports, Gateway.Cut cut, Duration took) {
        notices.accept("cut: " + (cut.count() == 0 ? "nobody" : many(cut)));
        for (CloseReport report : reports) {
            // Why: the first report is the gateway's; a runtime beside it is worth a line only when something
            // is left.
            if (report == reports.getFirst() || !report.isClean()) notices.accept("balance: " + report.balance());
            for (String survivor : report.survivors()) notices.accept("survived: " + survivor);
        }
        long dropped = gateway.logLinesDropped();
        if (dropped > 0) notices.accept("access log: " + dropped + " lines could not be written");
        notices.accept("closed in " + seconds(took));
    }

    private static String many(Gateway.Cut cut) {
        String peers = String.join(", ", cut.peers());
        int more = cut.count() - cut.peers().size();
        return cut.count()
                + (cut.count() == 1 ? " connection: " : " connections: ")
                + peers
                + (more == 0 ? "" : " and " + more + " more");
    }

    private static String seconds(Duration time) {
        if (time.toMillis() % 1000 == 0) return time.toSeconds() + " s";
        return String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1000.0);
    }
}
