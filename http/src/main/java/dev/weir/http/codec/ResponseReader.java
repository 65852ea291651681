package dev.weir.http.codec;

/// The head of an answer, independent of its protocol.
///
/// **Owns:** nothing; lent for the call in which it was obtained, because the block may move.
/// **Threads:** confined to the loop of its connection.
/// **Source:** RFC 9110 section 15.
public interface ResponseReader extends MessageReader {
    /// The status code.
    ///
    /// @return a number from 100 to 999
    int status();

    /// Where the reason phrase begins; protocols without one have an empty range.
    ///
    /// @return an index of [#bytes]
    int reasonFrom();

    /// Where the reason phrase ends.
    ///
    /// @return an index of [#bytes], exclusive
    int reasonTo();

    /// Tells whether the final answer is still to come.
    ///
    /// @return true for 1xx
    default boolean isInformational() {
        return status() < 200;
    }
}
