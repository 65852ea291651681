package dev.weir.http.server;

import dev.weir.flow.Sink;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.codec.RequestReader;
import dev.weir.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/// One request and its one answer. It belongs to the handler from [LoopHandler#handle] until it is answered or
/// [ExchangeListener#gone] was called, and throws when it is used later. Each request has an exchange of its
/// own, unless the handler allows recycling ([LoopHandler#allowsRecycling]).
///
/// **Owns:** the block into which its request is read; returned while no bytes move.
/// **Threads:** confined to the loop of its connection, except [#answer] and [#loop], which any thread may
/// call. A handler that goes on elsewhere copies what it needs of the request on the loop first.
/// **Waits:** never waits.
/// **Fails:** after its end, or on a foreign thread, its methods throw [IllegalStateException].
/// **Source:** ADR 20, an exchange is answered from any thread.
public interface ServerExchange extends ExchangeSummary {
    /// The request's head as HTTP/1 decoded it; positions in it count from its first byte, as [#text] takes them.
    RequestHead head();

    /// The request's head, independent of the protocol in which it came. Lent for the call, and only until
    /// another exchange of the loop is asked for its own.
    RequestReader request();

    /// A range of [#head] as text. Allocates: for cold paths and simple handlers.
    String text(int from, int to);

    /// The request's target as text.
    default String target() {
        return text(head().targetFrom(), head().targetTo());
    }

    /// Releases the bytes of the head: their block is returned while the answer is made. Call when the whole
    /// request was received.
    void forgetHead();

    /// The client.
    Client client();

    /// The loop on which everything about this exchange happens. Any thread may call this.
    EventLoop loop();

    /// Sets the listener that is notified from now on.
    void setListener(ExchangeListener one);

    /// Moves the body to `sink` as it arrives. The part that was received with the head is moved before this
    /// returns.
    void receiveBody(BodyDecoder.Mode mode, Sink sink);

    /// Sends a whole answer. On the exchange's loop this happens at once. On any other thread the answer is
    /// handed over to the loop, without waiting, and is sent in its next turn; it is dropped if the exchange
    /// ends before that, because its client has left or was refused.
    /// @throws IllegalStateException when the exchange was answered already, on any thread, or has ended; when
    ///     its loop is closed; and on a foreign thread when the handler allows recycling
    void answer(Answer answer);

    /// Sends one of the server's own errors if no answer has begun. Otherwise resets the connection, so that
    /// the client does not take a cut answer for a whole one.
    void refuse(Answer answer);

    /// Until it is answered its connection is not closed for another one, where
    /// [dev.weir.server.Beyond#PURGE] closes some: for a request whose answer matters more than all others.
    /// Does nothing while half of all connections or more keep their places so.
    void exemptFromPurge();

    /// What was attached to the exchange, for example for the observer; null when there is nothing of this key.
    <T> @Nullable T attachment(AttachmentKey<T> slot);

    /// Keeps `object` with the exchange until its end; replaces what was kept before.
    ///
    /// @param slot the key by which it is found again
    <T> void attach(AttachmentKey<T> slot, T object);

    /// The same exchange for code that moves it piece by piece, as a forwarder does.
    ExchangeStream stream();
}
