package dev.weir.gateway;

import dev.weir.gateway.config.ConfigReader;
import dev.weir.gateway.config.Stop;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.loop.Parking;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A gateway, opened as `run` does, in which something breaks: a program for tests.
final class FailingProgram {
    private static final Duration STUCK = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration FULL = Duration.ofMillis(500);
    private static Object[] kept = {};

    private FailingProgram() {}

    /// Runs the gateway and breaks it.
    ///
    /// @param arguments the configuration, and what breaks: `heap`, `heap-at-hup`, `tasks` or `stuck`
    public static void main(String[] arguments) throws InterruptedException {
        var read = (ConfigReader.Read) ConfigReader.read("test.yaml", arguments[0]);
        var watchdog = Watchdog.start();
        var gateway = Gateway.open(read.config(), line -> System.err.println("weir: " + line));
        gateway.onLoopFailure(watchdog::loopFailed);
        List<EventLoop> loops = gateway.weir().group().loops();
        Runnable heap = () -> post(loops.getLast(), FailingProgram::takeTheHeap);
        boolean atHup = arguments[1].equals("heap-at-hup");
        var signals = Signals.listen(atHup ? heap : () -> {}, watchdog, arguments[1].equals("stuck") ? STUCK : LONG);
        switch (arguments[1]) {
            case "heap" -> heap.run();
            case "stuck" -> post(loops.getLast(), FailingProgram::neverReturn);
            case "tasks" -> loops.forEach(loop -> post(loop, FailingProgram::fail));
            default -> {
                assert atHup : arguments[1];
            }
        }
        System.err.println("ready: " + gateway.addresses());
        if (arguments[1].equals("stuck")) {
            signals.await(signals::isStopRequested, Deadline.NEVER);
            // Why: as if whoever stops it had died.
            boolean never = new Parking(Clock.system()).awaitUntil(() -> false, Deadline.NEVER);
            assert never : "it is halted before";
        }
        System.exit(new GracefulShutdown(gateway, Stop.DEFAULT, signals, new Notices(line -> {})).awaitAndRun());
    }

    private static void post(EventLoop loop, Runnable task) {
        boolean isTaken = loop.post(new Mailbox.Node(task));
        assert isTaken : "the loop is open";
    }

    private static void fail() {
        throw new IllegalStateException("planted");
    }

    /// Whoever needs memory meanwhile finds none, what looks several times a second included.
    private static void takeTheHeap() {
        var parking = new Parking(Clock.system());
        BooleanSupplier never = () -> false;
        Deadline until = Deadline.in(Clock.system(), FULL);
        for (int length = 1 << 20; ; ) {
            try {
                // Why: a chain needs nothing but its links.
                var link = new Object[length];
                link[0] = kept;
                kept = link;
            } catch (OutOfMemoryError none) {
                if (length > 1) {
                    length /= 2;
                    continue;
                }
                waitUntil(parking, never, until);
                throw none;
            }
        }
    }

    private static void waitUntil(Parking parking, BooleanSupplier never, Deadline until) {
        try {
            boolean isPast = !parking.awaitUntil(never, until);
            assert isPast : "nothing else ends it";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void neverReturn() {
        while (kept.length > 0 || !Thread.interrupted()) LockSupport.park();
    }
}
