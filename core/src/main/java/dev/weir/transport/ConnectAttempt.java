package dev.weir.transport;

/// A connection attempt under way.
///
/// **Threads:** confined to its loop.
public interface ConnectAttempt {
    /// Gives up; the attempt's [Listener] is not told any more.
    void cancel();

    /// Who is told how the attempt ended; exactly one of the three, unless it was cancelled.
    interface Listener {
        /// It succeeded.
        ///
        /// @param transport owned by the callee, attached to no loop yet
        void connected(Transport transport);

        /// It failed; the descriptor is gone after the loop's next settling.
        ///
        /// @param why what the system said, such as `Connection refused`
        void connectFailed(String why);

        /// It could not begin: this process has no descriptor for it, and the peer is not to blame. Told as any
        /// other failure to whoever makes no difference.
        ///
        /// @param why what the system said, such as `Too many open files`
        default void outOfDescriptors(String why) {
            connectFailed(why);
        }
    }
}
