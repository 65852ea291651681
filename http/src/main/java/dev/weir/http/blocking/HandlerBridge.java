package dev.weir.http.blocking;

import java.io.IOException;

/// The connection between a handler's thread and its loop, as the classes see it that pass bytes between them:
/// the thread asks for one operation at a time and parks; the loop performs it and reports when it is done.
///
/// **Threads:** what each method says.
interface HandlerBridge {
    /// The operation that the thread waits for.
    enum Operation {
        NONE,
        READ,
        WRITE,
        FAIL
    }

    // ---- the handler's thread

    /// Refuses every thread except the handler's.
    void requireThread();

    /// Refuses use after the end and by other threads.
    void requireUsable() throws IOException;

    /// Lets the loop perform `wanted` and waits until it is done.
    ///
    /// @throws IOException when the client has left, a timeout has passed, or this thread was interrupted
    void call(Operation wanted) throws IOException;

    /// Leaves the rest of the answer to the loop. This thread is not notified of what becomes of it.
    ///
    /// @throws IOException when the client has left already
    void handOver() throws IOException;

    // ---- the loop

    boolean isWaitingFor(Operation what);

    /// Goes on with the operation, because the client takes more or memory was granted.
    void writable();

    /// Goes on with the operation in the next turn.
    void askAgain();

    /// Reports that the operation is done: the thread goes on.
    void finished();

    /// Notes that the whole answer was sent.
    void answered();

    /// Discards the rest of the request, because an error is being answered.
    void discardRest();
}
