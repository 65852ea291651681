package dev.weir.runtime;

import dev.weir.connection.Connection;
import dev.weir.time.Deadline;
import java.util.List;

/// How something that was opened in a runtime ends with it: an orderly part, which may take until a deadline,
/// and an abrupt one. A server, a relay, an acceptor with conversations of your own: each hands one to
/// [Weir#register].
///
/// **Threads:** thread-safe: the thread that closes calls it, and [#owns] is called on the connection's loop.
/// Post to a loop what belongs to it.
/// **Waits:** no method may wait.
public interface Drainable {
    /// Something without an orderly part, such as an acceptor alone: `stop` is run when closing begins.
    static Drainable of(Runnable stop) {
        return new Drainable() {
            @Override
            public void drain(Deadline deadline) {
                stop.run();
            }

            @Override
            public boolean isDrained() {
                return true;
            }

            @Override
            public boolean owns(Connection connection) {
                return false;
            }
        };
    }

    /// Begins the orderly part: accepts nothing new, closes what is idle, lets what is in flight finish.
    ///
    /// @param deadline when the abrupt part comes, at the latest
    void drain(Deadline deadline);

    /// Whether the orderly part is over. Asked again and again; from any thread. It must not be true while
    /// something that was accepted is still on its way to its loop.
    boolean isDrained();

    /// Whether `connection` is one of its own: those that are left at the deadline are reset and reported.
    boolean owns(Connection connection);

    /// What is left of it, in words, for the report: called after [#abort], from any thread. It is empty when
    /// everything is gone.
    default List<String> survivors() {
        return isDrained() ? List.of() : List.of(this + " has not ended");
    }

    /// The abrupt part: gives up what is left beside its connections. Called once, also when everything is done.
    default void abort() {}
}
