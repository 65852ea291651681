package dev.weir.http.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Decodes the heads of answers: strictly, a byte at a time if need be, without looking at a byte twice.
///
/// An answer that two readers could understand in two ways is a fault. 1xx, 204 and 304 end with their empty line,
/// whatever they say of a body (RFC 9112 section 6.3). 101, and success of CONNECT, are
/// faults: nothing here asks for a change of protocol.
///
/// **Threads:** confined to the loop of its connection.
/// **Limits:** [HeadLimits].
/// **Fails:** never throws for what a peer sent; a fault stays until [#reset]. Its status is not for the client: an
/// origin's fault is 502.
/// **Source:** RFC 9112 sections 4 to 6.
public final class ResponseDecoder {
    /// The head is not complete: call again with the same bytes and more.
    public static final int MORE = 0;
    /// The peer broke the protocol: see [#fault].
    public static final int FAULT = -1;

    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final HeadLimits limits;
    private final StatusLine line = new StatusLine();
    private final FieldLines lines;
    private final FramingRules body = new FramingRules();
    private final ConnectionRules connection = new ConnectionRules();
    private Part part = Part.NEW;
    private @Nullable HttpFault fault;

    private enum Part {
        NEW,
        LINE,
        FIELDS,
        DONE,
        FAULTY
    }

    /// Makes a decoder.
    ///
    /// @param limits what a head may hold
    public ResponseDecoder(HeadLimits limits) {
        this.limits = limits;
        lines = new FieldLines(limits);
    }

    /// Makes ready for the next head, also after an informational one.
    public void reset() {
        part = Part.NEW;
        fault = null;
        line.reset();
        body.reset();
    }

    /// Tells whether the bytes of a head have begun to come.
    ///
    /// @return true between the first byte of a head and the last
    public boolean isInside() {
        return part == Part.LINE || part == Part.FIELDS;
    }

    /// Says what is wrong.
    ///
    /// @return the fault after [#FAULT]
    /// @throws IllegalStateException if there was none
    public HttpFault fault() {
        if (fault == null) {
            throw new IllegalStateException("there is no fault");
        }
        return fault;
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
        int end = (int) Math.min(to, (long) from + limits.bytesMax());
        if (part == Part.NEW && from < end) {
            into.reset();
            part = Part.LINE;
        }
        int result = switch (part) {
            case NEW -> MORE;
            case LINE -> decodeLine(bytes, from, end, method, into);
            case FIELDS -> decodeFields(bytes, from, end, method, into);
            case DONE -> throw new IllegalStateException("reset the decoder before the next head");
            case FAULTY -> FAULT;
        };
        return result == MORE && end - from == limits.bytesMax() ? refuse(HttpFault.HEAD_TOO_LARGE) : result;
    }

    private int decodeLine(ByteBuffer bytes, int from, int end, Method method, ResponseHead into) {
        int step = line.next(bytes, from, end, into);
        if (step == StatusLine.FAULT) {
            return refuse(line.fault());
        }
        if (step == StatusLine.MORE) {
            return MORE;
        }
        boolean tunnel = method == Method.CONNECT && into.status() / 100 == 2;
        if (tunnel || into.status() == SWITCHING_PROTOCOLS) {
            return refuse(HttpFault.UNASKED_SWITCH);
        }
        part = Part.FIELDS;
        lines.begin(line.at());
        return decodeFields(bytes, from, end, method, into);
    }

    private int decodeFields(ByteBuffer bytes, int from, int end, Method method, ResponseHead into) {
        int step = lines.next(bytes, from, end, into.fields());
        while (step == FieldLines.FIELD) {
            if (!take(bytes, from, into)) {
                if (!hasNeverABody(into)) return refuse(body.fault());
                body.forgive();
            }
            step = lines.next(bytes, from, end, into.fields());
        }
        return switch (step) {
            case FieldLines.MORE -> MORE;
            case FieldLines.END -> finish(bytes, from, method, into);
            default -> refuse(lines.fault());
        };
    }

    private boolean take(ByteBuffer bytes, int base, ResponseHead into) {
        Fields fields = into.fields();
        int index = fields.count() - 1;
        int from = base + fields.valueFrom(index);
        int to = base + fields.valueTo(index);
        return switch (fields.field(index)) {
            case CONTENT_LENGTH -> body.takeLengthAgain(bytes, from, to);
            case TRANSFER_ENCODING -> body.takeCoding(bytes, from, to);
            default -> true;
        };
    }

    /// Whether the status alone says that the head's empty line ends the answer.
    private static boolean hasNeverABody(ResponseHead head) {
        return head.isInformational() || head.status() == NO_CONTENT || head.status() == NOT_MODIFIED;
    }

    private int finish(ByteBuffer bytes, int from, Method method, ResponseHead into) {
        if (!connection.read(bytes, from, into.fields())) {
            return refuse(connection.fault());
        }
        boolean empty = into.isInformational() || into.status() == NO_CONTENT;
        boolean absent = hasNeverABody(into) || method == Method.HEAD;
        // Why: an origin that announces a body where none can be may send one all the same, and one that sends chunks
        // in HTTP/1.0 may mean their end or the connection's.
        boolean doubtful = body.isForgiven()
                || (empty && (body.isChunked() || body.length() > 0))
                || (body.isChunked() && into.version() == HttpVersion.HTTP_1_0);
        boolean keeps = connection.keepAlive(into.version()) && !doubtful;
        into.finish(absent ? Framing.NONE : bodyFraming(), body.length(), keeps, lines.at());
        part = Part.DONE;
        return lines.at();
    }

    private Framing bodyFraming() {
        if (body.isChunked()) {
            return Framing.CHUNKED;
        }
        return body.length() == FramingRules.NO_LENGTH ? Framing.CLOSE : Framing.LENGTH;
    }

    private int refuse(HttpFault why) {
        fault = why;
        part = Part.FAULTY;
        return FAULT;
    }
}
