package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// Shows the head of an HTTP/1 request as a [RequestReader].
///
/// **Owns:** nothing.
/// **Threads:** confined to its loop.
public final class RequestView extends HeadView<RequestHead> implements RequestReader {
    /// A view of nothing yet.
    public RequestView() {}

    /// Shows `head` from now on.
    ///
    /// @param head  decoded whole
    /// @param bytes the block in which it lies, lent until the next call
    /// @param from  index of its first byte
    /// @return this
    public RequestView of(RequestHead head, ByteBuffer bytes, int from) {
        show(head, bytes, from);
        return this;
    }

    @Override
    public Method method() {
        return head().method();
    }

    @Override
    public int methodFrom() {
        return base() + head().methodFrom();
    }

    @Override
    public int methodTo() {
        return base() + head().methodTo();
    }

    @Override
    public TargetForm form() {
        return head().form();
    }

    @Override
    public int targetFrom() {
        return base() + head().targetFrom();
    }

    @Override
    public int targetTo() {
        return base() + head().targetTo();
    }

    @Override
    public int pathFrom() {
        return base() + head().pathFrom();
    }

    @Override
    public int pathTo() {
        return base() + head().pathTo();
    }

    @Override
    public int queryTo() {
        return base() + head().queryTo();
    }

    @Override
    public int authorityFrom() {
        return base() + head().authorityFrom();
    }

    @Override
    public int authorityTo() {
        return base() + head().authorityTo();
    }

    @Override
    public int hostTo() {
        return base() + head().hostTo();
    }
}
