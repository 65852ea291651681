package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.flow.Need;

/// Is notified of what happens to an exchange that is not answered at once.
///
/// **Threads:** confined to the connection's loop.
public interface ExchangeListener {
    /// The request's body has ended, or cannot. Called once.
    ///
    /// @param how NOTHING when the sink has all of it; FAULT, CUT or SINK_GONE when it never will have it
    void bodyEnded(Need how);

    /// More of a body that is being gathered has arrived: see [BodyIntake#gather].
    default void bodyArrived() {}

    /// The client takes more of the answer.
    void writable();

    /// The client has ended its side gracefully after a whole request. It may still read the answer.
    void inputEnded();

    /// The connection has ended; the exchange must not be used after this call.
    void gone(CloseReason reason);

    /// The client has moved no byte for [ServerSettings#bodyTimeout] while one was due. Unless this refuses the
    /// exchange itself, the server does so when it returns, or aborts it if the answer has begun.
    default void stalled() {}

    /// Others have waited too long for memory that is held for the client. The server goes on as after [#stalled].
    default void endForMemory() {
        stalled();
    }

    /// What a close would cut, in words, such as `GET /index.html`; empty to use the exchange's own words.
    default String unfinished() {
        return "";
    }

    /// How many bytes of blocks it holds for the client's connection.
    default int heldForClient() {
        return 0;
    }
}
