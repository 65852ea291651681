package dev.weir.http.blocking;

import java.io.IOException;

/// Where a handler's thread and its connection's loop meet, as those see it who carry bytes between them: the
/// thread asks for one thing at a time and parks, the loop does it and says when it is done.
///
/// **Threads:** what each method says.
interface HandlerBridge {
    /// What the thread waits for.
    enum Operation {
        NONE,
        READ,
        WRITE,
        FAIL
    }

    // ---- the handler's thread

    /// Refuses every thread but the handler's.
    void requireThread();

    /// Refuses use after the end and by other threads.
    void requireUsable() throws IOException;

    /// Lets the loop do `wanted` and waits for it.
    ///
    /// @throws IOException when the client is gone, time ran out, or this thread was interrupted
    void call(Operation wanted) throws IOException;

    /// Leaves the rest of the answer to the loop: whatever becomes of it, this thread is not told.
    ///
    /// @throws IOException when the client is gone already
    void handOver() throws IOException;

    // ---- the loop

    boolean isWaitingFor(Operation what);

    /// The client takes more, or there is memory: goes on with what was asked for.
    void writable();

    /// Goes on in the next turn with what is not done.
    void askAgain();

    /// What was asked for is done: the thread goes on.
    void finished();

    /// The answer has been handed over whole.
    void answered();

    /// An error is being answered: nobody reads the rest of the request.
    void discardRest();
}
