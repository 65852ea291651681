package dev.weir.gateway.forward;

import dev.weir.loop.LoopGroup;
import dev.weir.loop.Threads;
import dev.weir.time.Deadline;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The one thread on which names are looked up while the gateway runs, one after the other.
///
/// **Owns:** its thread, which starts with the first task. After [#close] it is not waited for and not counted: the
/// system's resolver may keep it for minutes, and it has nothing by then.
/// **Threads:** thread-safe.
/// **Limits:** whoever asks has one task here for each name at most.
final class LookupThread implements Executor, AutoCloseable {
    private final LoopGroup group;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>(); // guarded by itself
    private Threads.@Nullable Abandonable running; // guarded by tasks
    private volatile @Nullable Thread thread;
    private volatile boolean closed;

    LookupThread(LoopGroup group) {
        this.group = group;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (tasks) {
            if (closed) return;
            tasks.add(task);
            if (running == null) running = group.threads().abandonable(group.name() + "-names", this::run);
        }
        wake();
    }

    private void wake() {
        Thread waiting = thread;
        if (waiting != null) group.parking().unpark(waiting);
    }

    private void run() {
        thread = Thread.currentThread();
        try {
            while (group.parking().awaitUntil(this::hasWork, Deadline.NEVER)) {
                Runnable task = take();
                if (task == null) return;
                task.run();
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
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
        Threads.Abandonable left;
        synchronized (tasks) {
            closed = true;
            tasks.clear();
            left = running;
        }
        wake();
        if (left != null) left.abandon();
    }
}
