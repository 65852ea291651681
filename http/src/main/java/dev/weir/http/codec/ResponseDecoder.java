package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// Decodes the heads of answers: strictly, a byte at a time if need be, without looking at a byte twice.
///
/// An answer that two readers could understand in two ways is a fault. 1xx, 204 and 304 end with their empty
/// line, whatever they say of a body (RFC 9112 section 6.3). 101, and success of CONNECT, are faults: nothing
/// here asks for a change of protocol.
///
/// **Threads:** confined to the loop of its connection.
/// **Limits:** [HeadLimits].
/// **Fails:** never throws for what a peer sent; a fault stays until [#reset]. Its status is not for the
/// client: an origin's fault is 502.
/// **Source:** RFC 9112 sections 4 to 6.
public final class ResponseDecoder extends HeadDecoder<ResponseHead> {
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final StatusLine line = new StatusLine();
    private Method answered = Method.OTHER;

    /// Makes a decoder.
    ///
    /// @param limits what a head may hold
    public ResponseDecoder(HeadLimits limits) {
        super(limits);
    }

    @Override
    public void reset() {
        super.reset();
        line.reset();
    }

    /// Goes on decoding a head.
    ///
    /// @param bytes  lent; neither position nor limit matter or change, but the limit must reach `to`
    /// @param from   index of the head's first byte; may differ from the last call's if the bytes were moved
    /// @param to     end of the bytes received, exclusive
    /// @param method of the request that is answered
    /// @param into   filled in; reset at the head's first call, complete when the result is positive
    /// @return the bytes of the head, [#MORE] or [#FAULT]
    /// @throws IllegalStateException if a head was completed and [#reset] not called
    public int decode(ByteBuffer bytes, int from, int to, Method method, ResponseHead into) {
        answered = method;
        return advance(bytes, from, to, into);
    }

    @Override
    int line(ByteBuffer bytes, int from, int end, ResponseHead into) {
        return switch (line.next(bytes, from, end, into)) {
            case StatusLine.MORE -> MORE;
            case StatusLine.FAULT -> refuse(line.fault());
            default -> isSwitch(into) ? refuse(HttpFault.UNASKED_SWITCH) : line.at();
        };
    }

    private boolean isSwitch(ResponseHead head) {
        boolean isTunnel = answered == Method.CONNECT && head.status() / 100 == 2;
        return isTunnel || head.status() == SWITCHING_PROTOCOLS;
    }

    @Override
    HttpFault lineTooLong() {
        return HttpFault.HEAD_TOO_LARGE;
    }

    @Override
    boolean take(ByteBuffer bytes, int base, int index, ResponseHead into) {
        Fields fields = into.fields();
        int from = base + fields.valueFrom(index);
        int to = base + fields.valueTo(index);
        boolean isFine = switch (fields.field(index)) {
            case CONTENT_LENGTH -> body().takeLengthAgain(bytes, from, to);
            case TRANSFER_ENCODING -> body().takeCoding(bytes, from, to);
            default -> true;
        };
        if (isFine) return true;
        if (!hasNeverABody(into)) return refused(body().fault());
        body().forgive();
        return true;
    }

    /// Whether an answer of this status ends with its head.
    private static boolean hasNeverABody(ResponseHead head) {
        return head.isInformational() || head.status() == NO_CONTENT || head.status() == NOT_MODIFIED;
    }

    @Override
    boolean complete(ByteBuffer bytes, int base, int headBytes, ResponseHead into) {
        if (!readConnection(bytes, base, into)) {
            return false;
        }
        boolean empty = into.isInformational() || into.status() == NO_CONTENT;
        boolean absent = hasNeverABody(into) || answered == Method.HEAD;
        FramingRules body = body();
        // Why: an origin that announces a body where none can be may send one all the same, and one that sends chunks
        // in HTTP/1.0 may mean their end or the connection's.
        boolean doubtful = body.isForgiven()
                || (empty && (body.isChunked() || body.length() > 0))
                || (body.isChunked() && into.version() == HttpVersion.HTTP_1_0);
        boolean keeps = outlives(into.version()) && !doubtful;
        into.finish(absent ? Framing.NONE : bodyFraming(), body.length(), keeps, headBytes);
        return true;
    }

    private Framing bodyFraming() {
        if (body().isChunked()) {
            return Framing.CHUNKED;
        }
        return body().length() == FramingRules.NO_LENGTH ? Framing.CLOSE : Framing.LENGTH;
    }
}
