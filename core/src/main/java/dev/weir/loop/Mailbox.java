package dev.weir.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// The queue of tasks that other threads post to a loop: many producers, one consumer, no memory of its own.
///
/// Nodes are fields of objects that exist anyway, each queued at most once. Producers push onto a stack; the
/// loop takes the whole stack and reverses it, so that tasks run in the order of arrival.
///
/// **Threads:** `offer` is thread-safe; `drain` and `close` are confined to the loop.
/// **Waits:** never waits and never refuses until closed.
/// **Source:** Treiber, Systems programming: coping with parallelism (1986).
public final class Mailbox {
    private static final VarHandle TOP;
    private static final VarHandle QUEUED;

    static {
        try {
            TOP = MethodHandles.lookup().findVarHandle(Mailbox.class, "top", Node.class);
            QUEUED = MethodHandles.lookup().findVarHandle(Node.class, "queued", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Node closed = new Node(() -> {});

    @SuppressWarnings("unused") // Why: read and written through TOP.
    private volatile @Nullable Node top;

    private @Nullable Node pending; // taken from the stack, in order of arrival

    /// A mailbox that is open and empty.
    Mailbox() {}

    /// A task that can be posted again and again; posting it while it is queued changes nothing.
    ///
    /// **Threads:** thread-safe.
    public static final class Node {
        private final Runnable task;
        private @Nullable Node next;

        @SuppressWarnings("unused") // Why: read and written through QUEUED.
        private volatile boolean queued;

        /// A node that runs `task` on the loop.
        public Node(Runnable task) {
            this.task = task;
        }
    }

    /// Queues `node`.
    ///
    /// When two threads post one node while the mailbox closes, one may get true although it does not run; the
    /// other, which was about to queue it, gets false then.
    ///
    /// @return false when the mailbox is closed: the task will not run
    boolean offer(Node node) {
        if (!QUEUED.compareAndSet(node, false, true)) return (Node) TOP.getVolatile(this) != closed;
        while (true) {
            var seen = (Node) TOP.getVolatile(this);
            if (seen == closed) {
                QUEUED.setVolatile(node, false);
                return false;
            }
            node.next = seen;
            if (TOP.compareAndSet(this, seen, node)) return true;
        }
    }

    boolean isClosed() {
        return (Node) TOP.getVolatile(this) == closed;
    }

    /// Whether no task is queued.
    boolean isEmpty() {
        if (pending != null) return false;
        var seen = (Node) TOP.getVolatile(this);
        return seen == null || seen == closed;
    }

    /// Runs at most `limit` of the queued tasks, first come first served.
    ///
    /// @return how many ran
    int drain(int limit) {
        for (int done = 0; done < limit; done++) {
            if (pending == null) pending = takeAll();
            if (pending == null) return done;
            Node node = pending;
            pending = node.next;
            node.next = null;
            // Why: before it runs, so that a post during the run is not lost.
            QUEUED.setVolatile(node, false);
            node.task.run();
        }
        return limit;
    }

    /// Refuses posts from now on; queued tasks can still be drained.
    void close() {
        var top = (Node) TOP.getAndSet(this, closed);
        if (top == closed) return;
        Node last = reversed(top);
        if (pending == null) {
            pending = last;
            return;
        }
        Node end = pending;
        while (end.next != null) end = end.next;
        end.next = last;
    }

    private @Nullable Node takeAll() {
        var seen = (Node) TOP.getVolatile(this);
        if (seen == null || seen == closed) return null;
        return reversed((Node) TOP.getAndSet(this, (Node) null));
    }

    private static @Nullable Node reversed(@Nullable Node top) {
        Node first = null;
        for (Node node = top; node != null; ) {
            Node below = node.next;
            node.next = first;
            first = node;
            node = below;
        }
        return first;
    }
}
