package dev.weir.http.server;

import dev.weir.flow.Inflow;
import dev.weir.flow.Sink;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.flow.BodyFlow;

/// The body of a request as it arrives: it is gathered, moved to a sink, or discarded. Lent by
/// [ExchangeStream#body] while the request is being answered.
///
/// **Threads:** confined to the loop of the exchange.
public interface BodyIntake {
    /// The bytes that were received and not yet passed on.
    Inflow in();

    /// The flow of the body.
    BodyFlow flow();

    /// Moves the body to `sink` as it arrives. The part that was received with the head is moved before this
    /// returns.
    void receive(BodyDecoder.Mode mode, Sink sink);

    /// Prepares the flow without moving anything yet, so that a head can be put before it.
    BodyFlow prepare(BodyDecoder.Mode mode, Sink sink);

    /// Moves as much of the body as possible. Call when the sink or the input is ready again.
    void pump();

    /// Whether a byte of the body has been read; call after [#prepare].
    boolean isBegun();

    /// Whether the whole request was received.
    boolean isReceived();

    /// Reads what has arrived of the body into the block of the head, behind it, and moves nothing yet. Call
    /// before [#prepare].
    Gathered gather();

    /// Stops gathering, whether or not the body is complete.
    void endGathering();

    /// Discards the rest of the body as it arrives, so that a client which writes its whole request before it
    /// reads gets to the answer. The connection closes after the answer.
    void discard();

    /// Checks whether the client has ended its side, which is otherwise noticed at the loop's next poll. Call
    /// when the whole request was received. [ExchangeListener#inputEnded] or [ExchangeListener#gone] may be
    /// called before this returns.
    void lookForEnd();

    /// How much of a body was gathered before it is moved.
    enum Gathered {
        /// All of it, behind the head in its block.
        WHOLE,
        /// As much as the block has room for.
        FULL,
        /// Not all of it; [ExchangeListener#bodyArrived] is called when more has arrived.
        PART,
        /// The client ended its side before the body was complete, or the path broke.
        CUT
    }
}
