package dev.weir.http.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Decodes a section of field lines, one field at a time: that of a head, or a trailer section. Positions are
/// relative to a base which the caller may move between calls. No byte is examined twice. The states are the
/// places where it may stop for more bytes; while there are some, one step goes on with the next.
///
/// **Threads:** confined to its decoder.
/// **Source:** RFC 9112 section 5, without its obsolete folding.
final class FieldLines {
    /// More bytes are needed.
    static final int MORE = 0;
    /// One more field is complete, the last of its [Fields].
    static final int FIELD = 1;
    /// The empty line was met; [#at] is behind it.
    static final int END = 2;
    /// See [#fault].
    static final int FAULT = 3;

    private enum State {
        LINE,
        NAME,
        BLANK,
        VALUE,
        VALUE_LF,
        END_LF
    }

    private final int fieldsMax;
    private State state = State.LINE;
    private int at;
    private int partFrom; // of the name, later of the value
    private @Nullable HttpFault fault;

    FieldLines(HeadLimits limits) {
        fieldsMax = limits.fieldsMax();
    }

    /// Begins a section at a position relative to the base.
    void begin(int position) {
        state = State.LINE;
        at = position;
        fault = null;
    }

    /// Position behind the examined bytes, relative to the base.
    int at() {
        return at;
    }

    HttpFault fault() {
        if (fault == null) {
            throw new IllegalStateException("there is no fault");
        }
        return fault;
    }

    /// Goes on until a field, the end of the section, a fault or the end of the bytes.
    int next(ByteBuffer bytes, int base, int end, Fields into) {
        while (base + at < end) {
            int step = switch (state) {
                case LINE -> line(bytes, base, end, into);
                case NAME -> name(bytes, base, end, into);
                case BLANK -> blank(bytes, base, end, into);
                case VALUE -> value(bytes, base, end, into);
                case VALUE_LF -> valueEnd(bytes, base, into);
                case END_LF -> sectionEnd(bytes.get(base + at));
            };
            if (step != MORE) {
                return step;
            }
        }
        return MORE;
    }

    private int line(ByteBuffer bytes, int base, int end, Fields into) {
        byte octet = bytes.get(base + at);
        if (octet == Octets.CR) {
            at++;
            state = State.END_LF;
            return MORE;
        }
        if (!Octets.isToken(octet)) {
            return refuse(
                    switch (octet) {
                        case Octets.SPACE, Octets.TAB -> HttpFault.FOLDED_LINE;
                        case Octets.LF -> HttpFault.BAD_LINE_END;
                        case ':' -> HttpFault.EMPTY_FIELD_NAME;
                        default -> HttpFault.BAD_FIELD_NAME;
                    });
        }
        if (into.count() == fieldsMax || into.isFull()) {
            return refuse(HttpFault.TOO_MANY_FIELDS);
        }
        partFrom = at;
        state = State.NAME;
        return name(bytes, base, end, into);
    }

    private int name(ByteBuffer bytes, int base, int end, Fields into) {
        int colon = Octets.find(bytes, base + at, end, ':');
        Field known = colon < end ? Field.of(bytes, base + partFrom, colon) : Field.OTHER;
        // Why: a known name holds nothing but bytes of a token; only the others need a look at each.
        int stop = known != Field.OTHER ? colon : Octets.tokenEnd(bytes, base + at, end);
        at = stop - base;
        if (stop == end) {
            return MORE;
        }
        if (stop != colon) {
            return refuse(Octets.isBlank(bytes.get(stop)) ? HttpFault.SPACE_BEFORE_COLON : HttpFault.BAD_FIELD_NAME);
        }
        into.begin(partFrom, at, known);
        at++;
        state = State.BLANK;
        return blank(bytes, base, end, into);
    }

    private int blank(ByteBuffer bytes, int base, int end, Fields into) {
        while (base + at < end && Octets.isBlank(bytes.get(base + at))) {
            at++;
        }
        if (base + at == end) {
            return MORE;
        }
        partFrom = at;
        state = State.VALUE;
        return value(bytes, base, end, into);
    }

    private int value(ByteBuffer bytes, int base, int end, Fields into) {
        int stop = Octets.textEnd(bytes, base + at, end);
        at = stop - base;
        if (stop == end) {
            return MORE;
        }
        byte octet = bytes.get(stop);
        if (octet != Octets.CR) {
            return refuse(octet == Octets.LF ? HttpFault.BAD_LINE_END : HttpFault.BAD_FIELD_VALUE);
        }
        at++;
        state = State.VALUE_LF;
        return base + at < end ? valueEnd(bytes, base, into) : MORE;
    }

    private int valueEnd(ByteBuffer bytes, int base, Fields into) {
        if (bytes.get(base + at) != Octets.LF) {
            return refuse(HttpFault.BAD_LINE_END);
        }
        int to = at - 1;
        while (to > partFrom && Octets.isBlank(bytes.get(base + to - 1))) {
            to--;
        }
        into.end(partFrom, to);
        at++;
        state = State.LINE;
        return FIELD;
    }

    private int sectionEnd(byte octet) {
        if (octet != Octets.LF) {
            return refuse(HttpFault.BAD_LINE_END);
        }
        at++;
        return END;
    }

    private int refuse(HttpFault why) {
        fault = why;
        return FAULT;
    }
}
