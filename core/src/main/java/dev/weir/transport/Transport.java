package dev.weir.transport;

import dev.weir.loop.EventLoop;
import java.nio.ByteBuffer;

/// The byte path to one peer. It first reports that it is readable, which needs no buffer; only then a block is
/// acquired and bytes are read into it.
///
/// **Owns:** the descriptor, from creation until [#close] and the loop's next [dev.weir.loop.Poller#settle].
/// **Threads:** confined to the loop it is attached to; before [#attach], to the thread of its owner.
/// **Waits:** never waits.
/// **Fails:** never by exception: the methods of a broken path return [#BROKEN], and it has to be closed.
public interface Transport {
    /// Returned by [#read] after the last byte, if the peer has ended in order.
    int END = -1;

    /// Returned by [#read] and [#write] if the path is broken: reset by the peer, or failed here.
    int BROKEN = -2;

    /// The state of a handshake.
    enum Handshake {
        /// It is over, or there is none.
        DONE,
        /// It waits for bytes of the peer.
        UNDER_WAY,
        /// Both ends cannot agree, or the path is broken.
        FAILED
    }

    /// Attaches it to `loop`, which notifies `readiness`; at first nothing is watched for.
    void attach(EventLoop loop, ReadinessListener readiness);

    /// Continues the handshake, such as that of TLS. Called once when the transport is attached and again at each
    /// readiness, until it is over; until then the transport itself decides what to watch for, and [#interest] is
    /// not called. After a failed handshake the transport has to be closed.
    default Handshake handshake() {
        return Handshake.DONE;
    }

    /// The protocol negotiated in the [#handshake], by its ALPN name such as `h2`; empty if there was none.
    ///
    /// **Source:** RFC 7301.
    default String protocol() {
        return "";
    }

    /// Leaves the loop that watches it, so that another may [#attach] it; the descriptor stays open.
    ///
    /// @param left run at the end of the loop's turn, when no readiness is reported any more
    void detach(Runnable left);

    /// Sets what to watch for; a call that changes nothing costs nothing.
    void interest(boolean read, boolean write);

    /// Lets the next poll find out whether the peer has reset the path, although nothing is watched for. Watching
    /// for input would report bytes that are not wanted yet again and again. If the path was reset,
    /// [ReadinessListener#ready] is called, and [#isReset] is true from then on. Does nothing while anything is
    /// watched for.
    default void probe() {}

    /// Whether a [#probe] has found that the peer has reset the path.
    default boolean isReset() {
        return false;
    }

    /// Whether the loop's last poll found readiness that was not reported to [ReadinessListener#ready] yet. If
    /// false, and reading was watched for before that poll, there was no input when the loop polled.
    boolean hasPendingReadiness();

    /// Reads into `block`, which must be direct, between position and limit.
    ///
    /// @return bytes read; 0 if there are none now; [#END] or [#BROKEN]
    int read(ByteBuffer block);

    /// Whether another [#read] may return bytes at once although the last one has left room in its block, because
    /// the transport buffers bytes itself, in records or frames. A transport that buffers bytes calls
    /// [ReadinessListener#ready] in each turn as long as it has some and reading is watched for.
    default boolean mayHaveMore() {
        return false;
    }

    /// Writes from `block`, which must be direct, between position and limit, as much as the path takes now.
    ///
    /// @return bytes written; 0 if there is no room now; or [#BROKEN]
    int write(ByteBuffer block);

    /// Limits the output that the path buffers to a few blocks, if the path supports that.
    default void limitSendBuffer() {}

    /// Acknowledges the peer's bytes at once, if the path would delay that. A peer that writes a message in two
    /// parts may hold the second back until the first is acknowledged.
    default void acknowledge() {}

    /// Ends the output: the peer reads an end of stream. Input can still be read.
    void shutdownOutput();

    /// Closes it, in order if everything was read and written. The descriptor is free after the loop's next
    /// [dev.weir.loop.Poller#settle].
    void close();

    /// Closes it with a reset: bytes that the peer has not read yet may be lost.
    void abort();

    /// The other end.
    Endpoint peer();

    /// This end.
    Endpoint local();
}
