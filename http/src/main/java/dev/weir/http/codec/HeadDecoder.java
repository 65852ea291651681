package dev.weir.http.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The way through a head that requests and answers have in common: a first line, fields, an empty line. What a
/// line or a field means is said by [RequestDecoder] and [ResponseDecoder].
///
/// The block may move between calls, and the verdict never depends on how the bytes were cut.
///
/// **Threads:** confined to the loop of its connection.
/// **Limits:** [HeadLimits].
/// **Fails:** never throws for what a peer sent; a fault stays until [#reset].
///
/// @param <H> the type of the decoded head
// Why: inherited, and no part of both, because each connection holds one.
public abstract sealed class HeadDecoder<H extends MessageHead> permits RequestDecoder, ResponseDecoder {
    /// The head is not complete: call again with the same bytes and more.
    public static final int MORE = 0;
    /// The peer broke the protocol: see [#fault].
    public static final int FAULT = -1;

    private final HeadLimits limits;
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

    HeadDecoder(HeadLimits limits) {
        this.limits = limits;
        this.lines = new FieldLines(limits);
    }

    /// Makes ready for the next head, also after an informational one.
    public void reset() {
        part = Part.NEW;
        fault = null;
        body.reset();
    }

    /// The fault.
    ///
    /// @return the fault after [#FAULT]
    /// @throws IllegalStateException if there was none
    public final HttpFault fault() {
        if (fault == null) {
            throw new IllegalStateException("there is no fault");
        }
        return fault;
    }

    /// Goes on with the first line.
    ///
    /// @return where its end is, relative to the head; [#MORE] or [#FAULT]
    abstract int line(ByteBuffer bytes, int from, int end, H into);

    /// What is wrong with a first line that alone is longer than a head may be.
    abstract HttpFault lineTooLong();

    /// Takes the last of the fields; false when it is refused.
    abstract boolean take(ByteBuffer bytes, int base, int index, H into);

    /// Checks the head when all its fields are decoded; false when it is refused.
    ///
    /// @param headBytes size of the head
    abstract boolean complete(ByteBuffer bytes, int base, int headBytes, H into);

    final int advance(ByteBuffer bytes, int from, int to, H into) {
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
            return refuse(part == Part.FIELDS ? HttpFault.HEAD_TOO_LARGE : lineTooLong());
        }
        return result;
    }

    private int decodeLine(ByteBuffer bytes, int from, int end, H into) {
        int lineEnd = line(bytes, from, end, into);
        if (lineEnd == MORE || lineEnd == FAULT) {
            return lineEnd;
        }
        part = Part.FIELDS;
        lines.begin(lineEnd);
        return decodeFields(bytes, from, end, into);
    }

    private int decodeFields(ByteBuffer bytes, int from, int end, H into) {
        Fields fields = into.fields();
        int step = lines.next(bytes, from, end, fields);
        while (step == FieldLines.FIELD) {
            if (!take(bytes, from, fields.count() - 1, into)) {
                return FAULT;
            }
            step = lines.next(bytes, from, end, fields);
        }
        return switch (step) {
            case FieldLines.MORE -> MORE;
            case FieldLines.END -> end(bytes, from, into);
            default -> refuse(lines.fault());
        };
    }

    private int end(ByteBuffer bytes, int from, H into) {
        if (!complete(bytes, from, lines.at(), into)) {
            return FAULT;
        }
        part = Part.DONE;
        return lines.at();
    }

    /// Whether bytes of a head were looked at, and its end was not met.
    final boolean isInsideHead() {
        return part == Part.LINE || part == Part.FIELDS;
    }

    final boolean isInsideLine() {
        return part == Part.LINE;
    }

    final FramingRules body() {
        return body;
    }

    /// Reads the Connection fields; false when they are refused.
    final boolean readConnection(ByteBuffer bytes, int base, H into) {
        return connection.read(bytes, base, into.fields()) || refused(connection.fault());
    }

    final boolean outlives(HttpVersion version) {
        return connection.keepAlive(version);
    }

    final boolean refused(HttpFault why) {
        fault = why;
        part = Part.FAULTY;
        return false;
    }

    final int refuse(HttpFault why) {
        fault = why;
        part = Part.FAULTY;
        return FAULT;
    }
}
