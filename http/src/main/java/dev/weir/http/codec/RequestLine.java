package dev.weir.http.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Decodes a request line, and the empty lines before it.
///
/// **Threads:** confined to its decoder.
/// **Source:** RFC 9112 sections 2.2 and 3.
final class RequestLine {
    static final int MORE = 0;
    static final int DONE = 1;
    static final int FAULT = 2;

    private static final int METHOD_BYTES_MAX = 32;

    private enum State {
        START,
        SKIPPED_LF,
        METHOD,
        TARGET,
        VERSION,
        CR,
        LF
    }

    private State state = State.START;
    private int at;
    private int tokenFrom;
    private int targetFrom;
    private int targetTo;
    private @Nullable HttpFault fault;

    void reset() {
        state = State.START;
        at = 0;
        tokenFrom = 0;
        fault = null;
    }

    int at() {
        return at;
    }

    /// Tells whether a byte of the line itself has come: an empty line before it is no request yet.
    boolean isBegun() {
        return switch (state) {
            case START, SKIPPED_LF -> false;
            case METHOD -> at > tokenFrom;
            case TARGET, VERSION, CR, LF -> true;
        };
    }

    HttpFault fault() {
        if (fault == null) {
            throw new IllegalStateException("there is no fault");
        }
        return fault;
    }

    /// Goes on until the end of the line, a fault or the end of the bytes.
    int next(ByteBuffer bytes, int base, int end, RequestHead into) {
        while (base + at < end) {
            int step = switch (state) {
                case START -> start(bytes, base, end, into);
                case SKIPPED_LF -> skippedEnd(bytes.get(base + at));
                case METHOD -> method(bytes, base, end, into);
                case TARGET -> target(bytes, base, end, into);
                case VERSION -> version(bytes, base, end, into);
                case CR -> carriageReturn(bytes, base, end, into);
                case LF -> lineEnd(bytes, base, into);
            };
            if (step != MORE) {
                return step;
            }
        }
        return MORE;
    }

    private int start(ByteBuffer bytes, int base, int end, RequestHead into) {
        if (bytes.get(base + at) != Octets.CR) {
            state = State.METHOD;
            return method(bytes, base, end, into);
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
        tokenFrom = at;
        state = State.START;
        return MORE;
    }

    private int method(ByteBuffer bytes, int base, int end, RequestHead into) {
        int stop = Octets.tokenEnd(bytes, base + at, end);
        at = stop - base;
        if (at - tokenFrom > METHOD_BYTES_MAX) {
            return refuse(HttpFault.METHOD_TOO_LONG);
        }
        if (stop == end) {
            return MORE;
        }
        if (bytes.get(stop) != Octets.SPACE || at == tokenFrom) {
            return refuse(HttpFault.BAD_METHOD);
        }
        into.setMethod(Method.of(bytes, base + tokenFrom, stop), tokenFrom, at);
        at++;
        targetFrom = at;
        state = State.TARGET;
        return target(bytes, base, end, into);
    }

    private int target(ByteBuffer bytes, int base, int end, RequestHead into) {
        int stop = Octets.targetEnd(bytes, base + at, end);
        at = stop - base;
        if (stop == end) {
            return MORE;
        }
        if (bytes.get(stop) != Octets.SPACE || at == targetFrom) {
            return refuse(HttpFault.BAD_TARGET);
        }
        targetTo = at;
        at++;
        tokenFrom = at;
        state = State.VERSION;
        return version(bytes, base, end, into);
    }

    private int version(ByteBuffer bytes, int base, int end, RequestHead into) {
        if (at == tokenFrom && end - base - at >= HttpVersion.BYTES && HttpVersion.isAt(bytes, base + at)) {
            at += HttpVersion.BYTES;
        }
        while (at - tokenFrom < HttpVersion.BYTES) {
            if (base + at == end) {
                return MORE;
            }
            if (!HttpVersion.mayHold(at - tokenFrom, bytes.get(base + at))) {
                return refuse(HttpFault.BAD_VERSION);
            }
            at++;
        }
        state = State.CR;
        return base + at < end ? carriageReturn(bytes, base, end, into) : MORE;
    }

    private int carriageReturn(ByteBuffer bytes, int base, int end, RequestHead into) {
        byte octet = bytes.get(base + at);
        if (octet != Octets.CR) {
            return refuse(octet == Octets.LF ? HttpFault.BAD_LINE_END : HttpFault.BAD_VERSION);
        }
        at++;
        state = State.LF;
        return base + at < end ? lineEnd(bytes, base, into) : MORE;
    }

    private int lineEnd(ByteBuffer bytes, int base, RequestHead into) {
        if (bytes.get(base + at) != Octets.LF) {
            return refuse(HttpFault.BAD_LINE_END);
        }
        at++;
        // Why: before the target, so that an HTTP/2 preface gets 505 and not 400.
        if (!HttpVersion.isKnown(bytes, base + tokenFrom)) {
            return refuse(HttpFault.UNSUPPORTED_VERSION);
        }
        into.setVersion(HttpVersion.of(bytes, base + tokenFrom));
        return into.target().take(bytes, base, targetFrom, targetTo, into.method())
                ? DONE
                : refuse(HttpFault.BAD_TARGET);
    }

    private int refuse(HttpFault why) {
        fault = why;
        return FAULT;
    }
}
