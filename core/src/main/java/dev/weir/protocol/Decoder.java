package dev.weir.protocol;

import java.nio.ByteBuffer;

/// Cuts a stream of bytes into messages. It answers with codes, and what it knows of the message at hand is in
/// its own fields, which the next message reuses.
///
/// A body is never assembled here: each call hands out the part that is there, so that a message larger than any
/// block can stream. After [#BODY] the caller takes [#available] bytes from the source before it asks again.
///
/// **Threads:** confined to the connection it decodes.
/// **Waits:** never waits.
/// **Limits:** a body beyond the limit is reported before any byte is kept for it, and a length that was only
/// announced allocates nothing.
/// **Fails:** never by exception: [#TOO_LARGE] and [#MALFORMED] are answers, and stay the answer.
public interface Decoder {
    /// More input is needed.
    int MORE = 0;

    /// A message begins; [#length] says how long it is, if that is known by now.
    int BEGIN = 1;

    /// Part of the body is in the source, [#available] bytes of it.
    int BODY = 2;

    /// The message is complete, and [#length] says how long its body is.
    int END = 3;

    /// The body is longer than the limit; [#length] says how long it is as far as that is known.
    int TOO_LARGE = 4;

    /// The bytes are no message of this protocol.
    int MALFORMED = 5;

    /// Looks at the source between position and limit; takes what stands around the body, leaves the body to the
    /// caller.
    ///
    /// @return [#MORE], [#BEGIN], [#BODY], [#END], [#TOO_LARGE] or [#MALFORMED]
    int decode(ByteBuffer source);

    /// The length of the body of the message that began last, in bytes. Before [#END] a protocol that announces no
    /// length counts only what it has seen.
    long length();

    /// How many bytes of the body stand at the source's position after [#BODY].
    int available();

    /// How many of the last bytes handed out do not belong to the body, once the message is complete: those
    /// that end it.
    default int trailerBytes() {
        return 0;
    }

    /// Whether nothing of a message has been seen: a peer may leave here.
    boolean isAtBoundary();
}
