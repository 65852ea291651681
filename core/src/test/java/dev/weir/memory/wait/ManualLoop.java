package dev.weir.memory.wait;

import org.jspecify.annotations.Nullable;

/// A home whose mailbox is run by hand; it allocates nothing after it was made, and counts what was posted.
public final class ManualLoop implements OwnerLoop {
    private final Node[] posted = new Node[4096];
    private int first;
    private int count;
    private boolean isClosed;
    private int deliveries;
    private Runnable duringPost = () -> {};

    private final class Node implements LoopTask {
        private final Runnable task;
        private boolean isPosted;

        Node(Runnable task) {
            this.task = task;
        }

        @Override
        public boolean post() {
            duringPost.run();
            synchronized (ManualLoop.this) {
                if (isClosed) return false;
                if (isPosted) throw new IllegalStateException("posted twice before it ran");
                isPosted = true;
                posted[(first + count++) % posted.length] = this;
                deliveries++;
                return true;
            }
        }
    }

    @Override
    public LoopTask loopTask(Runnable task) {
        return new Node(task);
    }

    /// Runs what happens between a grant and its delivery.
    public void duringPost(Runnable action) {
        duringPost = action;
    }

    /// Takes nothing any more.
    public synchronized void close() {
        isClosed = true;
    }

    /// How many were posted.
    public synchronized int deliveries() {
        return deliveries;
    }

    /// Runs everything that was posted; returns how many.
    public int run() {
        int ran = 0;
        for (Node node = next(); node != null; node = next()) {
            node.task.run();
            ran++;
        }
        return ran;
    }

    private synchronized @Nullable Node next() {
        if (count == 0) return null;
        Node node = posted[first];
        first = (first + 1) % posted.length;
        count--;
        node.isPosted = false;
        return node;
    }
}
