package dev.weir.http.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Decodes request heads: strictly, a byte at a time if need be, without looking at a byte twice.
///
/// The block may move between calls, and the verdict never depends on how the bytes were cut. A head that
/// two readers could understand in two ways is a fault.
///
/// **Threads:** confined to the loop of its connection.
/// **Limits:** [HeadLimits]; a method has at most 32 bytes.
/// **Fails:** never throws for what a peer sent; a fault stays until [#reset].
/// **Source:** RFC 9112 sections 2, 3, 5 and 6.
public final class RequestDecoder {
    /// The head is not complete: call again with the same bytes and more.
    public static final int MORE = 0;
    /// The peer broke the protocol: see [#fault].
    public static final int FAULT = -1;

    private static final String CONTINUE = "100-continue";

    private final HeadLimits limits;
    private final RequestLine line = new RequestLine();
    private final FieldLines lines;
    private final FramingRules body = new FramingRules();
    private final ConnectionRules connection = new ConnectionRules();
    private Part part = Part.NEW;
    private boolean hosted;
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
    public RequestDecoder(HeadLimits limits) {
        this.limits = limits;
        lines = new FieldLines(limits);
    }

    /// Makes ready for the next head.
    public void reset() {
        part = Part.NEW;
        hosted = false;
        fault = null;
        line.reset();
        body.reset();
    }

    /// Tells whether the bytes of a head have begun to come; empty lines before it do not count.
    ///
    /// @return true between the first byte of a head and the last
    public boolean isInside() {
        return part == Part.FIELDS || (part == Part.LINE && line.isBegun());
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
    /// @param bytes lent; neither position nor limit matter or change, but the limit must reach `to`
    /// @param from  index of the head's first byte; may differ from the last call's if the bytes were moved
    /// @param to    end of the bytes received, exclusive
    /// @param into  filled in; reset at the head's first call, complete when the result is positive
    /// @return the bytes of the head, [#MORE] or [#FAULT]
    /// @throws IllegalStateException if a head was completed and [#reset] not called
    public int decode(ByteBuffer bytes, int from, int to, RequestHead into) {
        int end = (int) Math.min(to, (long) from + limits.bytesMax());
        if (part == Part.NEW && from < end) {
            into.reset();
            part = Part.LINE;
        }
        int result = switch (part) {
            case NEW -> MORE;
            case LINE -> decodeLine(bytes, from, end, into);
            case FIELDS -> decodeFields(bytes, from, end, into);
            case DONE -> throw new IllegalStateException("reset the decoder before the next head");
            case FAULTY -> FAULT;
        };
        if (result == MORE && end - from == limits.bytesMax()) {
            return refuse(part == Part.FIELDS ? HttpFault.HEAD_TOO_LARGE : HttpFault.TARGET_TOO_LONG);
        }
        return result;
    }

    private int decodeLine(ByteBuffer bytes, int from, int end, RequestHead into) {
        int step = line.next(bytes, from, end, into);
        if (step == RequestLine.FAULT) {
            return refuse(line.fault());
        }
        if (step == RequestLine.MORE) {
            return MORE;
        }
        part = Part.FIELDS;
        lines.begin(line.at());
        return decodeFields(bytes, from, end, into);
    }

    private int decodeFields(ByteBuffer bytes, int from, int end, RequestHead into) {
        int step = lines.next(bytes, from, end, into.fields());
        while (step == FieldLines.FIELD) {
            if (!take(bytes, from, into)) {
                return FAULT;
            }
            step = lines.next(bytes, from, end, into.fields());
        }
        return switch (step) {
            case FieldLines.MORE -> MORE;
            case FieldLines.END -> finish(bytes, from, into);
            default -> refuse(lines.fault());
        };
    }

    private boolean take(ByteBuffer bytes, int base, RequestHead into) {
        Fields fields = into.fields();
        int index = fields.count() - 1;
        int from = base + fields.valueFrom(index);
        int to = base + fields.valueTo(index);
        return switch (fields.field(index)) {
            case HOST -> takeHost(bytes, base, index, into);
            case CONTENT_LENGTH -> body.takeLength(bytes, from, to) || refused(body.fault());
            case TRANSFER_ENCODING -> body.takeCoding(bytes, from, to, into.version()) || refused(body.fault());
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

    private int finish(ByteBuffer bytes, int from, RequestHead into) {
        if (!hosted && into.version() == HttpVersion.HTTP_1_1) {
            return refuse(HttpFault.HOST_MISSING);
        }
        if (!connection.read(bytes, from, into.fields())) {
            return refuse(connection.fault());
        }
        into.finish(body, connection.keepAlive(into.version()), lines.at());
        part = Part.DONE;
        return lines.at();
    }

    private boolean refused(HttpFault why) {
        fault = why;
        part = Part.FAULTY;
        return false;
    }

    private int refuse(HttpFault why) {
        fault = why;
        part = Part.FAULTY;
        return FAULT;
    }
}
