package dev.weir.transport;

/// An attempt to connect that is in progress.
///
/// **Threads:** confined to its loop.
public interface ConnectAttempt {
    /// Cancels the attempt; its [Listener] is not called any more.
    void cancel();

    /// Notified how the attempt ended; exactly one of the three methods is called, unless it was cancelled.
    interface Listener {
        /// It succeeded.
        ///
        /// @param transport owned by the callee, attached to no loop yet
        void connected(Transport transport);

        /// It failed; the descriptor is free after the loop's next [dev.weir.loop.Poller#settle].
        ///
        /// @param why the message of the system, such as `Connection refused`
        void connectFailed(String why);

        /// It could not begin: this process has no descriptor for it, which is no fault of the peer. By default the
        /// same as [#connectFailed].
        ///
        /// @param why the message of the system, such as `Too many open files`
        default void outOfDescriptors(String why) {
            connectFailed(why);
        }
    }
}
