package dev.weir.gateway.forward;

import dev.weir.loop.FailureLog;
import dev.weir.loop.LoopGroup;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The one thread on which names are looked up while the gateway runs, one after another.
///
/// **Owns:** its thread, which starts with the first task and is gone when [#close] returns, unless the
/// system's resolver blocks it, which cannot be interrupted: then the close report of the runtime names it. If
/// the thread ends before, the next task starts another.
/// **Threads:** thread-safe.
/// **Waits:** [#close], at most 1 s.
/// **Limits:** callers have at most one task here for each name.
/// **Fails:** a task that throws is logged and affects no other; [#execute] throws when the thread cannot be
/// started, and the task is not taken.
final class LookupThread implements Executor, AutoCloseable {
    private static final FailureLog LOG = FailureLog.of(LookupThread.class);
    private static final Duration CLOSE_TIME = Duration.ofSeconds(1);

    private final LoopGroup group;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>(); // guarded by itself
    private @Nullable Thread thread; // guarded by tasks
    private boolean isOver; // that the thread takes no more tasks; guarded by tasks
    private volatile boolean closed;

    LookupThread(LoopGroup group) {
        this.group = group;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (tasks) {
            if (closed) return;
            Thread running = isOver ? null : thread;
            // Why: before the task is taken: when no thread can be started, the caller gets the exception and
            // retries.
            if (running == null) thread = group.threads().platform(group.name() + "-names", this::run);
            isOver = false;
            tasks.add(task);
            if (running != null) group.parking().unpark(running);
        }
    }

    private void run() {
        try {
            while (group.parking().awaitUntil(this::hasWork, Deadline.NEVER)) {
                Runnable task = take();
                if (task == null) return;
                runAlone(task);
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (tasks) {
                isOver = true;
            }
        }
    }

    private void runAlone(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) { // Why: the boundary; a failing lookup must not end those of other names.
            LOG.error(group.name(), "a name could not be looked up", failure);
        } finally {
            // Why: an interrupt that a resolver left behind must not end the thread either.
            Thread.interrupted();
        }
    }

    private boolean hasWork() {
        synchronized (tasks) {
            return closed || !tasks.isEmpty();
        }
    }

    private @Nullable Runnable take() {
        synchronized (tasks) {
            return closed ? null : tasks.poll();
        }
    }

    @Override
    public void close() {
        Thread left;
        synchronized (tasks) {
            closed = true;
            tasks.clear();
            left = thread;
        }
        if (left == null) return;
        group.parking().unpark(left);
        try {
            boolean _ = group.parking().awaitEnd(left, Deadline.in(group.clock(), CLOSE_TIME));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
