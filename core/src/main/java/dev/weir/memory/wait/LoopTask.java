package dev.weir.memory.wait;

/// A mailbox node that belongs to one waiter: it runs that waiter's task on its home's thread.
///
/// It is posted again only after its task began to run, so the node is in the mailbox at most once, provided the
/// mailbox lets go of it before it runs the task.
///
/// **Threads:** thread-safe.
/// **Waits:** never waits, never allocates.
public interface LoopTask {

    /// Asks for one run of the task; called from any thread, never under a lock of the pool.
    ///
    /// @return false when the mailbox is closed: the task will not run, and the grant goes to the next waiter
    boolean post();
}
