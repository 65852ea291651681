package dev.weir.transport;

/// A listening socket: accepts connections from peers.
///
/// **Owns:** the listening descriptor, until [#close] and the loop's next [dev.weir.loop.Poller#settle].
/// **Threads:** confined to the loop it was opened on.
/// **Fails:** if a connection cannot be accepted for lack of descriptors, it pauses, for 100 ms doubling to 1 s,
/// and resumes by itself.
public interface Acceptor {
    /// The address it listens on, with the port the kernel chose if none was asked for.
    Endpoint local();

    /// Stops accepting for now; connections wait in the backlog.
    void pause();

    /// Accepts again.
    void resume();

    /// Accepts the connections in the backlog at once, as far as [Listener#mayAccept] allows; none while it is
    /// paused.
    void acceptNow();

    /// Stops listening. Connections in the backlog are accepted first, unless accepting is paused.
    void close();

    /// Receives the accepted transports.
    interface Listener {
        /// Whether one more may be accepted; called before each. If this returns true, exactly one of [#accepted]
        /// and [#noneCame] is called; before returning false, pause the acceptor.
        default boolean mayAccept() {
            return true;
        }

        /// The backlog was empty, or accepting failed, after [#mayAccept] returned true.
        default void noneCame() {}

        /// A connection was accepted. `transport` is owned by the callee and attached to no loop yet.
        void accepted(Transport transport);

        /// Accepting failed and is paused; called once until it works again.
        ///
        /// @param why the message of the system
        void acceptFailed(String why);
    }
}
