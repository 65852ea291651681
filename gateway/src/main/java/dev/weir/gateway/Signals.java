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

/// What the operating system asks of the program: TERM and INT to stop, HUP to reopen the access log.
///
/// Why: a shutdown hook ends with status 143 and never hears of a second signal, and the JDK has no other
/// way to hear of signals than `sun.misc.Signal`. It is reached by reflection because the compiler warns of
/// it and cannot be told not to.
///
/// **Threads:** thread-safe; handlers run on threads of the JVM.
/// **Waits:** [#await] parks its caller.
/// **Fails:** on a JVM without `sun.misc.Signal` or whose starter wants a signal ignored, that one is not heard
/// and the default holds.
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

    /// Listens from now on.
    ///
    /// @param hangUp run at each HUP, on a thread of the JVM; must not wait
    /// @param watchdog ends the process when stopping takes longer than `longest`
    static Signals listen(Runnable hangUp, Watchdog watchdog, Duration longest) {
        var signals = new Signals(hangUp, watchdog, longest);
        for (String name : STOPS) handle(name, () -> signals.stop(name));
        handle("HUP", signals.hangUp);
        return signals;
    }

    /// Tells the same as a signal of this name.
    void stop(String name) {
        // Why: first, because what follows may fail, and the process must end all the same.
        watchdog.arm(longest);
        if (stops.getAndIncrement() == 0) first = name;
        // Why: who asks a third time has seen that the second did not help.
        if (stops.get() > PATIENCE) Runtime.getRuntime().halt(1);
        wake();
    }

    /// Lets who waits look again.
    void wake() {
        Thread waiter = waiting;
        if (waiter != null) parking.unpark(waiter);
    }

    /// Whether the program was asked to stop.
    boolean isStopRequested() {
        return stops.get() > 0;
    }

    /// Whether it was asked again.
    boolean isStopRepeated() {
        return stops.get() > 1;
    }

    /// What was asked first: `SIGTERM` or `SIGINT`.
    String firstSignal() {
        return "SIG" + first;
    }

    /// Parks until `done` holds, which is looked at after each signal, or `deadline` is there.
    ///
    /// @return whether `done` holds
    boolean await(BooleanSupplier done, Deadline deadline) {
        waiting = Thread.currentThread();
        try {
            return parking.awaitUntil(done, deadline);
        } catch (InterruptedException interrupted) {
            // Why: nobody of ours interrupts the first thread; whoever does wants it to stop.
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
            // Why: whoever started us wants us to ignore it (nohup, a script's background), or JVM options keep it.
        } catch (ReflectiveOperationException _) {
            // Why: without the class the JVM's own handling holds, which ends the program all the same.
        }
    }

    private static Object handler(Class<?> handling, Runnable handler) {
        return Proxy.newProxyInstance(handling.getClassLoader(), new Class<?>[] {handling}, (proxy, method, given) -> {
            if (method.getName().equals("handle")) {
                handler.run();
                return null;
            }
            // Why: what every object answers; a proxy has to say it by itself.
            return switch (method.getName()) {
                case "equals" -> given != null && proxy == given[0];
                case "hashCode" -> 0;
                default -> "a signal's handler";
            };
        });
    }
}
