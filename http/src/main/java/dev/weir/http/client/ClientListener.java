package dev.weir.http.client;

import dev.weir.http.codec.ResponseReader;
import dev.weir.memory.block.Account;
import org.jspecify.annotations.Nullable;

/// Is notified of what happens to the request of a [ClientExchange]. Each method may end the exchange.
///
/// The last call for each attempt is [#ended], [#failed] or [#retry], unless the exchange was ended before.
/// They find the exchange as it was; the listener then ends it ([ClientExchange#leave], [ClientExchange#end]),
/// and after that its lease.
///
/// **Threads:** confined to the loop of the exchange.
public interface ClientListener {
    // ---- the request

    /// The first byte of the request was sent over this connection: the request may be processed from now on.
    default void sendingBegun() {}

    /// The connection takes more of the request.
    void requestWritable();

    /// The peer takes no more of the request, and may have answered it. The rest of the request is not sent.
    default void requestRefused() {}

    /// Whether the part of the request that was sent has been kept, so that it can be sent once more.
    default boolean isRequestKept() {
        return false;
    }

    // ---- the answer

    /// How long after the request was sent the answer may take to begin, in nanoseconds, over all attempts.
    long answerTimeoutNanos();

    /// Whether the request's body waits until the peer asks for it by 100. While it does, other interim answers
    /// are held back.
    default boolean awaitsContinue() {
        return false;
    }

    /// An interim answer arrived.
    ///
    /// @param head lent
    /// @return whether it was passed on; the exchange counts those ([ClientExchange#interimPassed])
    default boolean interim(ResponseReader head) {
        return false;
    }

    /// An interim answer that had been held back was dropped.
    default void interimDropped() {}

    /// The head of the answer arrived. The body goes to the exchange's sink decoded, unless
    /// [ClientExchange#prepareBody] says otherwise before this returns.
    ///
    /// @param head lent
    /// @return false when this has ended the exchange
    boolean headReceived(ResponseReader head);

    /// The sink takes no more of the answer now; call [ClientExchange#sinkReady] when it does again.
    default void sinkWaits() {}

    /// The answer did not begin in time. It may have arrived and not been read, because the sink takes nothing.
    /// In that case this either sets another deadline by [ClientExchange#lookAgain] or ends the exchange.
    ///
    /// @return false when the peer is to blame: the exchange fails
    default boolean handlesLateAnswer() {
        return false;
    }

    /// The account on which a short answer is booked that is read whole although the sink is slow, so that the
    /// connection can serve others; null when none is read ahead.
    default @Nullable Account readAheadAccount() {
        return null;
    }

    /// The whole answer has been read, and the exchange has left the connection. The sink has still to take the
    /// rest.
    ///
    /// @param reusable whether the connection may serve again
    default void connectionReleased(boolean reusable) {}

    // ---- the end

    /// The sink has taken the whole answer.
    ///
    /// @param reusable whether the connection may serve again
    void ended(boolean reusable);

    /// The request is to be sent once more over another connection: nothing of it was sent, or it may be repeated.
    void retry();

    /// There is no whole answer.
    ///
    /// @param words for people, a constant
    void failed(ClientFailure how, String words);
}
