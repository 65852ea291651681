package dev.weir.transport;

import dev.weir.loop.EventLoop;
import java.nio.ByteBuffer;

/// The byte path to one peer. First it says that it is readable, without a buffer; then bytes are read into a
/// block that is there.
///
/// **Owns:** the descriptor, from creation until [#close] and the loop's next [dev.weir.loop.Poller#settle].
/// **Threads:** confined to the loop it is attached to; before [#attach] to whoever holds it.
/// **Waits:** never waits.
/// **Fails:** never by exception: a broken path answers [#BROKEN] and has to be closed.
public interface Transport {
    /// What [#read] answers after the last byte of an orderly end.
    int END = -1;

    /// What [#read] and [#write] answer when the path is broken: reset by the peer, or failed here.
    int BROKEN = -2;

    /// How far a handshake is.
    enum Handshake {
        /// It is over, or there is none.
        DONE,
        /// Bytes of the peer are waited for.
        UNDER_WAY,
        /// Both ends cannot agree, or the path is broken.
        FAILED
    }

    /// Lets `loop` watch it and `readiness` be told; interest begins with nothing.
    void attach(EventLoop loop, ReadinessListener readiness);

    /// Goes on with what both ends have to agree on before the first byte of a conversation, such as keys.
    /// Asked once the transport is attached, and again at each readiness, until it is over; until then the
    /// transport watches for what it needs itself, and [#interest] is not called. A failed one has to be
    /// closed.
    default Handshake handshake() {
        return Handshake.DONE;
    }

    /// The protocol that was agreed on in the [#handshake], by its ALPN name such as `h2`; empty when none was.
    ///
    /// **Source:** RFC 7301.
    default String protocol() {
        return "";
    }

    /// Leaves the loop that watches it, so that another may [#attach] it; the descriptor stays open.
    ///
    /// @param left run at the end of the loop's turn, when no readiness is told any more
    void detach(Runnable left);

    /// What to watch for; asking for what is watched already costs nothing.
    void interest(boolean read, boolean write);

    /// Asks the next poll whether the peer has reset the path, though nothing is watched for: a watch for input
    /// would tell of bytes that nobody wants yet, again and again. When it has, [ReadinessListener#ready] is called
    /// and [#isReset] is true from then on. Does nothing while anything is watched for.
    default void probe() {}

    /// Whether a [#probe] has found that the peer has reset the path.
    default boolean isReset() {
        return false;
    }

    /// Whether the loop's last poll found something that [ReadinessListener#ready] has not been told yet. False
    /// means, for one whose interest in reading is older than that poll, that the path was quiet when the
    /// loop polled.
    boolean hasPendingReadiness();

    /// Reads what is there into `block`, which must be direct, between position and limit.
    ///
    /// @return bytes read, 0 when there are none now, [#END] or [#BROKEN]
    int read(ByteBuffer block);

    /// Whether another [#read] may bring something at once although the last one has left room in its block:
    /// where the path keeps bytes of its own, in records or frames. A transport that keeps bytes calls
    /// [ReadinessListener#ready] again, in each turn, as long as some are there and reading is watched for.
    default boolean mayHaveMore() {
        return false;
    }

    /// Writes from `block`, which must be direct, between position and limit, as much as the path takes now.
    ///
    /// @return bytes written, 0 when there is no room now, or [#BROKEN]
    int write(ByteBuffer block);

    /// From now on the path keeps no more than a few blocks of output of its own, where that can be had.
    default void limitSendBuffer() {}

    /// Tells the peer at once that its bytes have arrived, where the path would wait for company. A peer that
    /// writes a message in two parts may keep the second until the first is acknowledged.
    default void acknowledge() {}

    /// Tells the peer that no more bytes come; reading goes on.
    void shutdownOutput();

    /// Closes: orderly when everything was read and written. The descriptor is free after the loop's next
    /// settling.
    void close();

    /// Closes with a reset: what the peer has not read yet may be lost.
    void abort();

    /// The other end.
    Endpoint peer();

    /// This end.
    Endpoint local();
}
