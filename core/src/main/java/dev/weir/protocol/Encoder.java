package dev.weir.protocol;

import java.nio.ByteBuffer;

/// Writes what stands before and behind the body of a message. The body itself is the caller's, who writes it as it
/// comes, in as many parts as there are.
///
/// **Threads:** immutable.
/// **Waits:** never waits.
/// **Fails:** a body that this protocol cannot carry is an `IllegalArgumentException`, before a byte is written.
public interface Encoder {
    /// How many bytes stand before the body.
    ///
    /// @param bodyBytes the length of the body
    int headBytes(int bodyBytes);

    /// Writes what stands before the body.
    ///
    /// @param target has room for [#headBytes] bytes behind its position
    /// @param bodyBytes the length of the body
    void encodeHead(ByteBuffer target, int bodyBytes);

    /// How many bytes stand behind the body.
    default int trailerBytes() {
        return 0;
    }

    /// Writes what stands behind the body.
    ///
    /// @param target has room for [#trailerBytes] bytes behind its position
    default void encodeTrailer(ByteBuffer target) {}

    /// Refuses a body that a peer would read as something else.
    ///
    /// @param body what lies between position and limit; nothing is taken from it
    default void requireBody(ByteBuffer body) {}
}
