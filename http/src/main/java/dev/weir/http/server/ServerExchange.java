package dev.weir.http.server;

import dev.weir.flow.Sink;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.codec.RequestReader;
import dev.weir.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/// One request and its one answer. It belongs to the handler from [LoopHandler#handle] until it is answered or
/// [ExchangeListener#gone] was called, and throws when it is used after. Each request has an exchange of its own,
/// unless the handler allows recycling ([LoopHandler#allowsRecycling]).
///
/// **Owns:** the block its request is read into; given back while nothing moves.
/// **Threads:** confined to the loop of its connection, but for [#answer] and [#loop], which any thread may
/// call. A handler that goes on elsewhere copies what it needs of the request before it leaves the loop.
/// **Waits:** never waits.
/// **Fails:** used out of its time, or on a foreign thread, it throws [IllegalStateException].
/// **Source:** ADR 20, an exchange is answered from any thread.
public interface ServerExchange extends ExchangeSummary {
    /// The request's head as HTTP/1 decoded it; positions in it count from its first byte, as [#text] takes them.
    RequestHead head();

    /// What the request's head says, in whatever protocol it came; lent for the call, and only until the next
    /// exchange of the loop is asked.
    RequestReader request();

    /// A range of [#head] as text; allocates, for cold paths and plain handlers.
    String text(int from, int to);

    /// The request's target as text.
    default String target() {
        return text(head().targetFrom(), head().targetTo());
    }

    /// The bytes of the head are needed no longer: their block goes back while the answer is made. Call
    /// when the request was received whole.
    void forgetHead();

    /// Who asks.
    Client client();

    /// The loop everything about this exchange happens on; for any thread.
    EventLoop loop();

    /// Takes part from now on.
    void setListener(ExchangeListener one);

    /// Lets the body flow into `sink`. What was received with the head is moved before this returns.
    void receiveBody(BodyDecoder.Mode mode, Sink sink);

    /// Answers whole. On the exchange's loop this happens at once; on any other thread the answer is handed
    /// over to the loop, without waiting, and leaves with its next turn. It does not leave when the exchange
    /// ends before, because its client is gone or was refused.
    ///
    /// @throws IllegalStateException when the exchange was answered already, on whatever thread, or has ended;
    ///     when its loop is closed; and on a foreign thread when the handler allows recycling
    void answer(Answer answer);

    /// Answers with one of the server's own errors when nothing was answered yet; else aborts, so that
    /// the client does not take a cut answer for a whole one.
    void refuse(Answer answer);

    /// Until it is answered its connection is not closed for another one, where
    /// [dev.weir.server.Beyond#PURGE] closes some: for a request whose answer matters more than all others.
    /// Does nothing while half of all connections or more keep their places so.
    void exemptFromPurge();

    /// What the handler wants to find again in the observer; null when there is none of this slot.
    <T> @Nullable T attachment(AttachmentKey<T> slot);

    /// Keeps `object` with the exchange until its end, in place of what was kept before.
    ///
    /// @param slot names it
    <T> void attach(AttachmentKey<T> slot, T object);

    /// The same exchange for who moves it piece by piece, as a forwarder does.
    ExchangeStream stream();
}
