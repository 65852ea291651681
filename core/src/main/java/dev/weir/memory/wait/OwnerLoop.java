package dev.weir.memory.wait;

/// The thread a waiter belongs to, seen from below: an event loop with its mailbox.
///
/// **Threads:** implementations are thread-safe.
/// **Waits:** never waits.
public interface OwnerLoop {

    /// Makes the way to run `task` on this home's thread; called once per waiter, when the waiter is made.
    ///
    /// @param task what each [LoopTask#post] runs, on the home's thread
    LoopTask loopTask(Runnable task);
}
