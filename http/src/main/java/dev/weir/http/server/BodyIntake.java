package dev.weir.http.server;

import dev.weir.flow.Inflow;
import dev.weir.flow.Sink;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.flow.BodyFlow;

/// What comes of a request behind its head: gathered, moved to a sink, or thrown away. Lent by
/// [ExchangeStream#body] for as long as the request is being answered.
///
/// **Threads:** confined to the loop of the exchange.
public interface BodyIntake {
    /// What was received and not passed on.
    Inflow in();

    /// The flow of the body.
    BodyFlow flow();

    /// Lets the body flow into `sink`. What was received with the head is moved before this returns.
    void receive(BodyDecoder.Mode mode, Sink sink);

    /// Prepares the flow without moving anything yet, so that a head can be put before it.
    BodyFlow prepare(BodyDecoder.Mode mode, Sink sink);

    /// Moves what can be moved of the body; the sink is ready again, or input is.
    void pump();

    /// Whether a byte of the body has been read; call after [#prepare].
    boolean isBegun();

    /// Whether the request was received whole.
    boolean isReceived();

    /// Reads what has come of the body behind the head, into its block, and moves nothing yet. Call before
    /// [#prepare].
    Gathered gather();

    /// No more is gathered, whether or not it was whole.
    void endGathering();

    /// Nobody wants the rest of the body: from now on it is read and thrown away, so that a client which writes
    /// all of its request before it reads gets to the answer. The connection closes after the answer.
    void discard();

    /// Looks whether the client has ended its side, which is else noticed when the loop polls next. Call when
    /// the request was received whole; [ExchangeListener#inputEnded] or [ExchangeListener#gone] may be told
    /// before this returns.
    void lookForEnd();

    /// What was gathered of a body before it is moved.
    enum Gathered {
        /// All of it, behind the head in its block.
        WHOLE,
        /// As much as there is room for.
        FULL,
        /// Not all of it; [ExchangeListener#bodyArrived] is told when more has come.
        PART,
        /// The client ended before it was whole, or the path broke.
        CUT
    }
}
