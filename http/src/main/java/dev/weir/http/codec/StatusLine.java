package dev.weir.http.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Decodes a status line, and at most one empty line before it.
///
/// **Threads:** confined to its decoder.
/// **Source:** RFC 9112 section 4. The space before an absent reason may be absent too: origins leave it
/// out, and nothing else can be meant.
final class StatusLine {
    static final int MORE = 0;
    static final int DONE = 1;
    static final int FAULT = 2;

    private static final int CODE_FROM = HttpVersion.BYTES + 1;
    private static final int CODE_TO = CODE_FROM + 3;

    private enum State {
        START,
        SKIPPED_LF,
        VERSION,
        CODE,
        REASON,
        LF
    }

    private State state = State.START;
    private int at;
    private int from; // behind an empty line
    private int code;
    private int reasonTo;
    private @Nullable HttpFault fault;

    void reset() {
        state = State.START;
        at = 0;
        from = 0;
        code = 0;
        fault = null;
    }

    int at() {
        return at;
    }

    HttpFault fault() {
        if (fault == null) {
            throw new IllegalStateException("there is no fault");
        }
        return fault;
    }

    /// Goes on until the end of the line, a fault or the end of the bytes.
    int next(ByteBuffer bytes, int base, int end, ResponseHead into) {
        while (base + at < end) {
            int step = switch (state) {
                case START -> start(bytes.get(base + at));
                case SKIPPED_LF -> skippedEnd(bytes.get(base + at));
                case VERSION -> version(bytes, base);
                case CODE -> code(bytes.get(base + at));
                case REASON -> reason(bytes, base, end);
                case LF -> lineEnd(bytes, base, into);
            };
            if (step != MORE) {
                return step;
            }
        }
        return MORE;
    }

    private int start(byte octet) {
        if (octet != Octets.CR) {
            state = State.VERSION;
            return MORE;
        }
        at++;
        state = State.SKIPPED_LF;
        return MORE;
    }

    private int skippedEnd(byte octet) {
        if (octet != Octets.LF) {
            return refuse(HttpFault.BAD_LINE_END);
        }
        at++;
        from = at;
        state = State.VERSION;
        return MORE;
    }

    private int version(ByteBuffer bytes, int base) {
        byte octet = bytes.get(base + at);
        if (at - from < HttpVersion.BYTES) {
            if (!HttpVersion.mayHold(at - from, octet)) {
                return refuse(HttpFault.BAD_VERSION);
            }
        } else if (octet != Octets.SPACE) {
            return refuse(HttpFault.BAD_STATUS_LINE);
        } else if (!HttpVersion.isKnown(bytes, base + from)) {
            return refuse(HttpFault.UNSUPPORTED_VERSION);
        } else {
            state = State.CODE;
        }
        at++;
        return MORE;
    }

    private int code(byte octet) {
        if (at - from < CODE_TO) {
            if (!Octets.isDigit(octet)) {
                return refuse(HttpFault.BAD_STATUS_LINE);
            }
            code = code * 10 + octet - '0';
            at++;
            return MORE;
        }
        if (code < 100) {
            return refuse(HttpFault.BAD_STATUS_LINE);
        }
        reasonTo = at;
        if (octet == Octets.SPACE) {
            at++;
            state = State.REASON;
            return MORE;
        }
        return carriageReturn(octet);
    }

    private int reason(ByteBuffer bytes, int base, int end) {
        int stop = Octets.textEnd(bytes, base + at, end);
        at = stop - base;
        if (stop == end) {
            return MORE;
        }
        reasonTo = at;
        return carriageReturn(bytes.get(stop));
    }

    private int carriageReturn(byte octet) {
        if (octet != Octets.CR) {
            return refuse(octet == Octets.LF ? HttpFault.BAD_LINE_END : HttpFault.BAD_STATUS_LINE);
        }
        at++;
        state = State.LF;
        return MORE;
    }

    private int lineEnd(ByteBuffer bytes, int base, ResponseHead into) {
        if (bytes.get(base + at) != Octets.LF) {
            return refuse(HttpFault.BAD_LINE_END);
        }
        at++;
        into.setLine(HttpVersion.of(bytes, base + from), code, Math.min(from + CODE_TO + 1, reasonTo), reasonTo);
        return DONE;
    }

    private int refuse(HttpFault why) {
        fault = why;
        return FAULT;
    }
}
