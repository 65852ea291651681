package dev.weir.laws;

import dev.weir.testing.sim.Run;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.testing.sim.seed.PlannedDeath;
import dev.weir.testing.sim.seed.PlannedFailure;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Turns each error that Weir logs into a broken law: an exception that it caught and survived is a bug
/// nevertheless.
///
/// **Threads:** thread-safe: an error belongs to the world of the thread that logs it.
final class ErrorLog extends Handler implements Run.Observer {
    private static final Logger LOGGER = Logger.getLogger("dev.weir");

    // Why: inherited by the threads that a world starts.
    private static final ThreadLocal<World> PLAYING = new InheritableThreadLocal<>();

    private ErrorLog() {}

    /// Takes the place of what prints the errors.
    static ErrorLog install() {
        var log = new ErrorLog();
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(log);
        return log;
    }

    @Override
    public void begins(World world) {
        PLAYING.set(world);
    }

    @Override
    public void ended(World world) {
        PLAYING.remove();
    }

    @Override
    public void publish(LogRecord record) {
        World world = PLAYING.get();
        if (world == null || record.getLevel().intValue() < Level.SEVERE.intValue()) return;
        if (record.getThrown() instanceof PlannedFailure || record.getThrown() instanceof PlannedDeath) {
            if (world.faults().strikes(Fault.LOG_THROWS)) throw new PlannedFailure("log");
            return;
        }
        var broken = world.broken("logged", record.getMessage() + ": " + record.getThrown());
        if (broken.getCause() == null && record.getThrown() != null && record.getThrown() != broken) {
            broken.initCause(record.getThrown());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        LOGGER.removeHandler(this);
        LOGGER.setUseParentHandlers(true);
    }
}
