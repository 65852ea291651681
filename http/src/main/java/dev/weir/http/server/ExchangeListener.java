package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.flow.Need;

/// Who takes part in an exchange that is not answered at once.
///
/// **Threads:** confined to the connection's loop.
public interface ExchangeListener {
    /// The request's body came to its end, or cannot: told once.
    ///
    /// @param how NOTHING when the sink has all of it; FAULT, CUT or SINK_GONE when it never will
    void bodyEnded(Need how);

    /// More of a body has come that is gathered: see [BodyIntake#gather].
    default void bodyArrived() {}

    /// The client takes more of the answer.
    void writable();

    /// The client ended its side, in order, after a whole request; it may still read the answer.
    void inputEnded();

    /// The connection has ended; the exchange must not be used after this call.
    void gone(CloseReason reason);

    /// The client has moved no byte for [ServerSettings#bodyTimeout] while it should have: when this returns and
    /// nothing was refused by it, the server refuses the exchange, or aborts it when the answer has begun.
    default void stalled() {}

    /// Others have waited too long for memory that is held for the client: what follows is as after [#stalled].
    default void endForMemory() {
        stalled();
    }

    /// What a close would cut, in words, such as `GET /index.html`; empty to let the exchange say it.
    default String unfinished() {
        return "";
    }

    /// Bytes of blocks it holds for the client's connection.
    default int heldForClient() {
        return 0;
    }
}
