package dev.weir.http.client;

import dev.weir.http.codec.ResponseReader;
import dev.weir.memory.block.Account;
import org.jspecify.annotations.Nullable;

/// Who sends a request through a [ClientExchange] and is told what becomes of it. Each method may end the exchange.
///
/// One of [#ended], [#failed] and [#retry] comes last, unless the exchange was ended before: they find the
/// exchange as it was, and whoever is told ends it ([ClientExchange#leave], [ClientExchange#end]) and then its
/// lease.
///
/// **Threads:** confined to the loop of the exchange.
public interface ClientListener {
    // ---- the request

    /// The first byte of the request has left over this connection: somebody may act upon it from now on.
    default void sendingBegun() {}

    /// The connection takes more of the request.
    void requestWritable();

    /// The peer takes no more of the request and may have answered before: what is left of the request is not sent.
    default void requestRefused() {}

    /// Whether what has left of the request is here still, to be sent once more.
    default boolean isRequestKept() {
        return false;
    }

    // ---- the answer

    /// How long the answer may take to begin, over all attempts, once the request has left.
    long answerTimeoutNanos();

    /// Whether the request's body waits until the peer asks for it by 100: as long as it does, other interim
    /// answers are held back.
    default boolean awaitsContinue() {
        return false;
    }

    /// An interim answer came.
    ///
    /// @param head lent
    /// @return whether it was passed on; the exchange counts those ([ClientExchange#interimPassed])
    default boolean interim(ResponseReader head) {
        return false;
    }

    /// An interim answer was left out that had been held back.
    default void interimDropped() {}

    /// The head of the answer came. The body goes to the exchange's sink decoded, unless
    /// [ClientExchange#prepareBody] says otherwise before this returns.
    ///
    /// @param head lent
    /// @return false when this has ended the exchange
    boolean headReceived(ResponseReader head);

    /// The sink takes no more of the answer now; call [ClientExchange#sinkReady] when it does.
    default void sinkWaits() {}

    /// The time for the answer to begin is over. If it may have come and is not read because the sink takes
    /// nothing, this sees to it that something happens, by [ClientExchange#lookAgain] or by ending the
    /// exchange.
    ///
    /// @return false when it is the peer's fault: the exchange fails
    default boolean handlesLateAnswer() {
        return false;
    }

    /// For whom a short answer is held that is read whole although the sink is slow, so that the connection serves
    /// others; null when none is.
    default @Nullable Account readAheadAccount() {
        return null;
    }

    /// The whole answer is here, and the exchange has left the connection; the sink has still to take what is left.
    ///
    /// @param reusable whether the connection may serve again
    default void connectionReleased(boolean reusable) {}

    // ---- the end

    /// The sink has the whole answer.
    ///
    /// @param reusable whether the connection may serve again
    void ended(boolean reusable);

    /// The request is to be sent once more over another connection: nothing of it has left, or it may be repeated.
    void retry();

    /// There will be no whole answer.
    ///
    /// @param words for people, a constant
    void failed(ClientFailure how, String words);
}
