package dev.weir.http.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Decodes a status line.
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
        VERSION,
        CODE,
        REASON,
        LF
    }

    private State state = State.VERSION;
    private int at;
    private int code;
    private int reasonTo;
    private @Nullable HttpFault fault;

    void reset() {
        state = State.VERSION;
        at = 0;
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

    private int version(ByteBuffer bytes, int base) {
        byte octet = bytes.get(base + at);
        if (at < HttpVersion.BYTES) {
            if (!HttpVersion.mayHold(at, octet)) {
                return refuse(HttpFault.BAD_VERSION);
            }
        } else if (octet != Octets.SPACE) {
            return refuse(HttpFault.BAD_STATUS_LINE);
        } else if (!HttpVersion.isKnown(bytes, base)) {
            return refuse(HttpFault.UNSUPPORTED_VERSION);
        } else {
            state = State.CODE;
        }
        at++;
        return MORE;
    }

    private int code(byte octet) {
        if (at < CODE_TO) {
            if (!Octets.isDigit(octet)) {
                return refuse(HttpFault.BAD_STATUS_LINE);
            }
            code = code * 10 + octet - '0';
            at++;
            return MORE;
        }
        if (code < 100 || code > 599) {
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
        into.setLine(HttpVersion.of(bytes, base), code, Math.min(CODE_TO + 1, reasonTo), reasonTo);
        return DONE;
    }

    private int refuse(HttpFault why) {
        fault = why;
        return FAULT;
    }
}
