package dev.weir.memory.wait;

/// The event loop that a waiter belongs to, as this package sees it: a thread with a mailbox.
///
/// **Threads:** implementations are thread-safe.
/// **Waits:** never waits.
public interface OwnerLoop {

    /// Makes a task that can be posted to this loop; called once per waiter, when the waiter is made.
    ///
    /// @param task what each [LoopTask#post] runs, on this loop's thread
    LoopTask loopTask(Runnable task);
}
