package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// Decodes request heads: strictly, a byte at a time if need be, without looking at a byte twice.
///
/// The block may move between calls, and the verdict never depends on how the bytes were cut. A head that
/// two readers could understand in two ways is a fault.
///
/// **Threads:** confined to the loop of its connection.
/// **Limits:** [HeadLimits]; a method has at most 32 bytes.
/// **Fails:** never throws for what a peer sent; a fault stays until [#reset].
/// **Source:** RFC 9112 sections 2, 3, 5 and 6.
public final class RequestDecoder extends HeadDecoder<RequestHead> {
    private static final String CONTINUE = "100-continue";

    private final RequestLine line = new RequestLine();
    private boolean hosted;

    /// Makes a decoder.
    ///
    /// @param limits what a head may hold
    public RequestDecoder(HeadLimits limits) {
        super(limits);
    }

    @Override
    public void reset() {
        super.reset();
        hosted = false;
        line.reset();
    }

    /// Tells whether the bytes of a head have begun to come; empty lines before it do not count.
    ///
    /// @return true between the first byte of a head and the last
    public boolean isInside() {
        return isInsideHead() && (!isInsideLine() || line.isBegun());
    }

    /// Goes on decoding a head.
    ///
    /// @param bytes lent; neither position nor limit matter or change, but the limit must reach `to`
    /// @param from  index of the head's first byte; may differ from the last call's if the bytes were moved
    /// @param to    end of the bytes received, exclusive
    /// @param into  filled in; reset at the head's first call, complete when the result is positive
    /// @return the bytes of the head, [#MORE] or [#FAULT]
    /// @throws IllegalStateException if a head was completed and [#reset] not called
    public int decode(ByteBuffer bytes, int from, int to, RequestHead into) {
        return advance(bytes, from, to, into);
    }

    @Override
    int line(ByteBuffer bytes, int from, int end, RequestHead into) {
        return switch (line.next(bytes, from, end, into)) {
            case RequestLine.MORE -> MORE;
            case RequestLine.FAULT -> refuse(line.fault());
            default -> line.at();
        };
    }

    @Override
    HttpFault lineTooLong() {
        return HttpFault.TARGET_TOO_LONG;
    }

    @Override
    boolean take(ByteBuffer bytes, int base, int index, RequestHead into) {
        Fields fields = into.fields();
        int from = base + fields.valueFrom(index);
        int to = base + fields.valueTo(index);
        return switch (fields.field(index)) {
            case HOST -> takeHost(bytes, base, index, into);
            case CONTENT_LENGTH -> body().takeLength(bytes, from, to) || refused(body().fault());
            case TRANSFER_ENCODING -> body().takeCoding(bytes, from, to, into.version()) || refused(body().fault());
            case EXPECT -> {
                if (Octets.equalAnyCase(bytes, from, to, CONTINUE)) {
                    into.expectContinue();
                }
                yield true;
            }
            default -> true;
        };
    }

    /// The Host field is always checked, but only used when the target names no host of its own.
    private boolean takeHost(ByteBuffer bytes, int base, int index, RequestHead into) {
        if (hosted) {
            return refused(HttpFault.HOST_REPEATED);
        }
        hosted = true;
        int from = into.fields().valueFrom(index);
        int to = into.fields().valueTo(index);
        boolean valid = into.target().hasAuthority()
                ? Authority.hostEnd(bytes, base + from, base + to) != Authority.INVALID
                : into.target().takeAuthority(bytes, base, from, to);
        return valid || refused(HttpFault.BAD_HOST);
    }

    @Override
    boolean complete(ByteBuffer bytes, int base, int headBytes, RequestHead into) {
        if (!hosted && into.version() == HttpVersion.HTTP_1_1) {
            return refused(HttpFault.HOST_MISSING);
        }
        if (!readConnection(bytes, base, into)) {
            return false;
        }
        into.finish(bodyFraming(), body().length(), outlives(into.version()), headBytes);
        return true;
    }

    private Framing bodyFraming() {
        if (body().isChunked()) {
            return Framing.CHUNKED;
        }
        return body().length() == FramingRules.NO_LENGTH ? Framing.NONE : Framing.LENGTH;
    }
}
