package dev.weir.gateway;

import dev.weir.gateway.config.ConfigReader;
import dev.weir.gateway.config.Stop;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.loop.Parking;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A gateway, opened as `run` does, in which something breaks: a program for tests.
final class FailingProgram {
    private static final Duration STUCK = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final List<byte[]> KEPT = new ArrayList<>();

    private FailingProgram() {}

    /// Runs the gateway and breaks it.
    ///
    /// @param arguments the configuration, and what breaks: `heap`, `heap-at-hup`, `tasks` or `stuck`
    public static void main(String[] arguments) throws InterruptedException {
        var read = (ConfigReader.Read) ConfigReader.read("test.yaml", arguments[0]);
        var watchdog = Watchdog.start();
        var gateway = Gateway.open(read.config(), line -> System.err.println("weir: " + line));
        gateway.whenLoopFails(watchdog::loopFailed);
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
            signals.await(signals::isAsked, Deadline.NEVER);
            // Why: as if whoever stops it had died.
            boolean never = new Parking(Clock.system()).awaitUntil(() -> false, Deadline.NEVER);
            assert never : "it is halted before";
        }
        System.exit(new OrderlyEnd(gateway, Stop.DEFAULT, signals, new Notices(line -> {})).awaitAndRun());
    }

    private static void post(EventLoop loop, Runnable task) {
        boolean isTaken = loop.post(new Mailbox.Node(task));
        assert isTaken : "the loop is open";
    }

    private static void fail() {
        throw new IllegalStateException("planted");
    }

    /// Whoever needs memory after this finds hardly any.
    private static void takeTheHeap() {
        for (int bytes = 1 << 20; ; ) {
            try {
                KEPT.add(new byte[bytes]);
            } catch (OutOfMemoryError full) {
                if (bytes == 4096) throw full;
                bytes /= 2;
            }
        }
    }

    private static void neverReturn() {
        while (!KEPT.isEmpty() || !Thread.interrupted()) LockSupport.park();
    }
}
