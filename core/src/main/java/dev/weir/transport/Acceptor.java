package dev.weir.transport;

/// Makes transports passively.
///
/// **Owns:** the listening descriptor until [#close] and the loop's next settling.
/// **Threads:** confined to the loop it was opened on.
/// **Fails:** when a connection cannot be accepted for lack of descriptors it pauses, 100 ms and doubling
/// to 1 s, and resumes by itself.
public interface Acceptor {
    /// The address it listens on, with the port the kernel chose if none was asked for.
    Endpoint local();

    /// Accepts no more for now; the backlog waits.
    void pause();

    /// Accepts again.
    void resume();

    /// Accepts at once who waits already, as [Listener#mayAccept] allows; nobody while it is paused.
    void acceptNow();

    /// Stops listening. What waits in the backlog is accepted first, unless accepting is paused.
    void close();

    /// Who is given what was accepted.
    interface Listener {
        /// Whether one more may be accepted; asked before each. After yes, exactly one of [#accepted] and
        /// [#noneCame] is called; who says no has paused the acceptor.
        default boolean mayAccept() {
            return true;
        }

        /// Nobody waited, or accepting failed, after [#mayAccept] said yes.
        default void noneCame() {}

        /// A new transport, owned by the callee and attached to no loop yet.
        void accepted(Transport transport);

        /// Accepting failed and pauses; told once until it works again.
        ///
        /// @param why what the system said
        void acceptFailed(String why);
    }
}
