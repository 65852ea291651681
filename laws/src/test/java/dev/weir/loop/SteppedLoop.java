package dev.weir.loop;

import dev.weir.explorer.Steps;
import dev.weir.memory.wait.LoopTask;
import dev.weir.memory.wait.OwnerLoop;

/// A loop that has nothing but its mailbox, the product's own.
public final class SteppedLoop implements OwnerLoop {
    private final Mailbox mailbox = new Mailbox();
    private boolean isClosed;

    @Override
    public LoopTask loopTask(Runnable task) {
        var node = new Mailbox.Node(task);
        return () -> mailbox.offer(node);
    }

    /// Runs one task, if there is one.
    public void runOne() {
        mailbox.drain(1);
    }

    /// Waits until there is a task, and runs it.
    public void awaitOne() {
        Steps.await(mailbox, "top", () -> !mailbox.isEmpty());
        mailbox.drain(1);
    }

    /// Refuses tasks from now on, and runs those there are.
    public void close() {
        isClosed = true;
        mailbox.close();
        while (!mailbox.isEmpty()) mailbox.drain(1);
    }

    public boolean isClosed() {
        return isClosed;
    }
}
