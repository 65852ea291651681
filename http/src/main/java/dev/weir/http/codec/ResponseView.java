package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// Shows the head of an HTTP/1 answer as a [ResponseReader].
///
/// **Owns:** nothing.
/// **Threads:** confined to its loop.
public final class ResponseView extends HeadView<ResponseHead> implements ResponseReader {
    /// A view of nothing yet.
    public ResponseView() {}

    /// Shows `head` from now on.
    ///
    /// @param head  decoded whole
    /// @param bytes the block in which it lies, lent until the next call
    /// @param from  index of its first byte
    /// @return this
    public ResponseView of(ResponseHead head, ByteBuffer bytes, int from) {
        show(head, bytes, from);
        return this;
    }

    @Override
    public int status() {
        return head().status();
    }

    @Override
    public int reasonFrom() {
        return base() + head().reasonFrom();
    }

    @Override
    public int reasonTo() {
        return base() + head().reasonTo();
    }
}
