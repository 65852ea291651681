package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// The request target of a head, taken apart; positions relative to the head's first byte.
///
/// **Threads:** confined to its head.
/// **Source:** RFC 9112 section 3.2.
final class Target {
    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";

    private TargetForm form = TargetForm.ORIGIN;
    private int from;
    private int to;
    private int pathFrom;
    private int pathTo;
    private int authorityFrom;
    private int authorityTo;
    private int hostTo;

    void reset() {
        form = TargetForm.ORIGIN;
        from = 0;
        to = 0;
        pathFrom = 0;
        pathTo = 0;
        setAuthority(0, 0, 0);
    }

    /// Takes apart the bytes from `start` to `end`, relative to `base`, which hold visible characters only.
    ///
    /// @return false if it is no target for the method
    boolean take(ByteBuffer bytes, int base, int start, int end, Method method) {
        from = start;
        to = end;
        pathFrom = start;
        pathTo = start;
        byte first = bytes.get(base + start);
        if (method == Method.CONNECT) {
            form = TargetForm.AUTHORITY;
            return takeAuthority(bytes, base, start, end) && hostTo < end;
        }
        if (first == '/') {
            form = TargetForm.ORIGIN;
            takePath(bytes, base, start);
            return true;
        }
        if (first == '*') {
            form = TargetForm.ASTERISK;
            pathTo = end;
            return method == Method.OPTIONS && end - start == 1;
        }
        form = TargetForm.ABSOLUTE;
        return takeAbsolute(bytes, base);
    }

    private boolean takeAbsolute(ByteBuffer bytes, int base) {
        int scheme = schemeBytes(bytes, base);
        if (scheme == 0) {
            return false;
        }
        int start = from + scheme;
        int end = start;
        while (end < to && bytes.get(base + end) != '/' && bytes.get(base + end) != '?') {
            end++;
        }
        takePath(bytes, base, end);
        return takeAuthority(bytes, base, start, end);
    }

    private int schemeBytes(ByteBuffer bytes, int base) {
        if (Octets.startsAnyCase(bytes, base + from, base + to, HTTP)) {
            return HTTP.length();
        }
        return Octets.startsAnyCase(bytes, base + from, base + to, HTTPS) ? HTTPS.length() : 0;
    }

    private void takePath(ByteBuffer bytes, int base, int start) {
        pathFrom = start;
        pathTo = Octets.find(bytes, base + start, base + to, '?') - base;
    }

    /// Parses the authority from `start` to `end`, relative to `base`; also used for a Host field.
    ///
    /// @return false if it is not valid
    boolean takeAuthority(ByteBuffer bytes, int base, int start, int end) {
        int hostEnd = Authority.hostEnd(bytes, base + start, base + end);
        if (hostEnd == Authority.INVALID) {
            return false;
        }
        setAuthority(start, end, hostEnd - base);
        return true;
    }

    private void setAuthority(int start, int end, int hostEnd) {
        authorityFrom = start;
        authorityTo = end;
        hostTo = hostEnd;
    }

    boolean hasAuthority() {
        return form == TargetForm.ABSOLUTE || form == TargetForm.AUTHORITY;
    }

    TargetForm form() {
        return form;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    int pathFrom() {
        return pathFrom;
    }

    int pathTo() {
        return pathTo;
    }

    int authorityFrom() {
        return authorityFrom;
    }

    int authorityTo() {
        return authorityTo;
    }

    int hostTo() {
        return hostTo;
    }
}
