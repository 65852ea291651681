package dev.weir.memory.wait;

/// A task that belongs to one waiter, and its node in the mailbox of the waiter's loop.
///
/// It is posted again only after its task began to run, so the node is in the mailbox at most once. The mailbox
/// must remove the node before it runs the task.
///
/// **Threads:** thread-safe.
/// **Waits:** never waits, never allocates.
public interface LoopTask {

    /// Asks for one run of the task; called from any thread, never under a lock of the pool.
    ///
    /// @return false when the mailbox is closed: the task will not run, and the grant goes to the next waiter
    boolean post();
}
