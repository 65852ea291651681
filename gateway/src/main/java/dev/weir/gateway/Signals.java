package dev.weir.gateway;

import dev.weir.loop.Parking;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The signals of the operating system: TERM and INT stop the program, HUP reopens the access log.
///
/// Why: a shutdown hook exits with status 143 and does not see a second signal, and `sun.misc.Signal` is the
/// JDK's only other way to handle signals. It is called by reflection because the compiler warns of it and the
/// warning cannot be suppressed.
///
/// **Threads:** thread-safe; handlers run on threads of the JVM.
/// **Waits:** [#await] parks its caller.
/// **Fails:** on a JVM without `sun.misc.Signal`, or when the parent process ignores a signal, that signal is
/// not handled and the default action holds.
final class Signals {
    private static final List<String> STOPS = List.of("TERM", "INT");
    private static final int PATIENCE = 2;

    private final Parking parking = new Parking(Clock.system());
    private final AtomicInteger stops = new AtomicInteger();
    private final Runnable hangUp;
    private final Watchdog watchdog;
    private final Duration longest;
    private volatile String first = "";
    private volatile @Nullable Thread waiting;

    private Signals(Runnable hangUp, Watchdog watchdog, Duration longest) {
        this.hangUp = hangUp;
        this.watchdog = watchdog;
        this.longest = longest;
    }

    /// Installs the handlers.
    ///
    /// @param hangUp run at each HUP, on a thread of the JVM; must not wait
    /// @param watchdog ends the process when stopping takes longer than `longest`
    static Signals listen(Runnable hangUp, Watchdog watchdog, Duration longest) {
        var signals = new Signals(hangUp, watchdog, longest);
        for (String name : STOPS) handle(name, () -> signals.stop(name));
        handle("HUP", signals.hangUp);
        return signals;
    }

    /// Acts as a signal of this name does.
    void stop(String name) {
        // Why: first, because what follows may fail, and the process must end nevertheless.
        watchdog.arm(longest);
        if (stops.getAndIncrement() == 0) first = name;
        // Why: a third signal says that the second did not help.
        if (stops.get() > PATIENCE) Runtime.getRuntime().halt(1);
        wake();
    }

    /// Wakes the waiting thread, which checks its condition again.
    void wake() {
        Thread waiter = waiting;
        if (waiter != null) parking.unpark(waiter);
    }

    /// Whether a first signal to stop has arrived.
    boolean isStopRequested() {
        return stops.get() > 0;
    }

    /// Whether a second signal to stop has arrived.
    boolean isStopRepeated() {
        return stops.get() > 1;
    }

    /// The first signal: `SIGTERM` or `SIGINT`.
    String firstSignal() {
        return "SIG" + first;
    }

    /// Parks until `done` holds or `deadline` passes. `done` is checked after each signal.
    ///
    /// @return whether `done` holds
    boolean await(BooleanSupplier done, Deadline deadline) {
        waiting = Thread.currentThread();
        try {
            return parking.awaitUntil(done, deadline);
        } catch (InterruptedException interrupted) {
            // Why: Weir does not interrupt the first thread; other code that does wants it to stop.
            stop("INT");
            return done.getAsBoolean();
        } finally {
            waiting = null;
        }
    }

    private static void handle(String name, Runnable handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handling = Class.forName("sun.misc.SignalHandler");
            Object what = handler(handling, handler);
            Object heard = signal.getConstructor(String.class).newInstance(name);
            Object _ = signal.getMethod("handle", signal, handling).invoke(null, heard, what);
        } catch (InvocationTargetException _) {
            // Why: the parent process ignores the signal (nohup, a background job), or a JVM option reserves it.
        } catch (ReflectiveOperationException _) {
            // Why: without the class the JVM's own handler still ends the program.
        }
    }

    private static Object handler(Class<?> handling, Runnable handler) {
        return Proxy.newProxyInstance(handling.getClassLoader(), new Class<?>[] {handling}, (proxy, method, given) -> {
            if (method.getName().equals("handle")) {
                handler.run();
                return null;
            }
            // Why: a proxy has to implement the methods of Object itself.
            return switch (method.getName()) {
                case "equals" -> given != null && proxy == given[0];
                case "hashCode" -> 0;
                default -> "a signal's handler";
            };
        });
    }
}
