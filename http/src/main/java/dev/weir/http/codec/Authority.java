package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// Checks `host[:port]`, as in a Host field or an absolute target.
///
/// **Threads:** immutable.
/// **Limits:** 255 bytes.
/// **Source:** RFC 3986 section 3.2 without user information, empty hosts, commas and IPvFuture.
final class Authority {
    /// The authority is not valid.
    static final int INVALID = -1;

    private static final int BYTES_MAX = 255;
    private static final int PORT_MAX = 65535;

    private Authority() {}

    /// Finds the end of the host, which is the end of the authority or the colon before its port.
    ///
    /// @return an index of the buffer, or [#INVALID]
    static int hostEnd(ByteBuffer bytes, int from, int to) {
        if (from == to || to - from > BYTES_MAX) {
            return INVALID;
        }
        int end = bytes.get(from) == '[' ? literalEnd(bytes, from, to) : nameEnd(bytes, from, to);
        if (end == INVALID || end == to) {
            return end;
        }
        return bytes.get(end) == ':' && isPort(bytes, end + 1, to) ? end : INVALID;
    }

    private static int nameEnd(ByteBuffer bytes, int from, int to) {
        int at = from;
        while (at < to) {
            byte octet = bytes.get(at);
            if (octet == '%') {
                if (to - at < 3 || Octets.hex(bytes.get(at + 1)) < 0 || Octets.hex(bytes.get(at + 2)) < 0) {
                    return INVALID;
                }
                at += 3;
            } else if (Octets.isHostName(octet)) {
                at++;
            } else {
                break;
            }
        }
        return at == from ? INVALID : at;
    }

    private static boolean isPort(ByteBuffer bytes, int from, int to) {
        int port = 0;
        for (int at = from; at < to; at++) {
            byte octet = bytes.get(at);
            if (!Octets.isDigit(octet)) {
                return false;
            }
            port = port * 10 + octet - '0';
            if (port > PORT_MAX) {
                return false;
            }
        }
        return true; // an empty port is the scheme's own
    }

    private static int literalEnd(ByteBuffer bytes, int from, int to) {
        int at = from + 1;
        while (at < to && bytes.get(at) != ']') {
            at++;
        }
        return at < to && isIpv6(bytes, from + 1, at) ? at + 1 : INVALID;
    }

    /// Eight groups of one to four digits, or fewer with one `::`; the last two may be an IPv4 address.
    private static boolean isIpv6(ByteBuffer bytes, int from, int to) {
        int groups = 0;
        boolean gap = false;
        int at = from;
        if (startsGap(bytes, at, to)) {
            gap = true;
            at += 2;
        }
        while (at < to) {
            int end = hexEnd(bytes, at, to);
            if (end < to && bytes.get(end) == '.') {
                return isIpv4(bytes, at, to) && fits(groups + 2, gap);
            }
            if (end == at || end - at > 4 || ++groups > 8) {
                return false;
            }
            if (end == to) {
                break;
            }
            boolean gapHere = startsGap(bytes, end, to);
            if (bytes.get(end) != ':' || (gapHere && gap) || (!gapHere && end + 1 == to)) {
                return false;
            }
            gap |= gapHere;
            at = end + (gapHere ? 2 : 1);
        }
        return fits(groups, gap);
    }

    private static boolean fits(int groups, boolean gap) {
        return gap ? groups < 8 : groups == 8;
    }

    private static boolean startsGap(ByteBuffer bytes, int at, int to) {
        return to - at >= 2 && bytes.get(at) == ':' && bytes.get(at + 1) == ':';
    }

    private static int hexEnd(ByteBuffer bytes, int from, int to) {
        int at = from;
        while (at < to && Octets.hex(bytes.get(at)) >= 0) {
            at++;
        }
        return at;
    }

    private static boolean isIpv4(ByteBuffer bytes, int from, int to) {
        int at = from;
        for (int part = 0; part < 4; part++) {
            int digits = 0;
            int value = 0;
            while (at < to && digits < 3 && Octets.isDigit(bytes.get(at))) {
                value = value * 10 + bytes.get(at) - '0';
                digits++;
                at++;
            }
            if (digits == 0 || value > 255 || (part < 3 && (at == to || bytes.get(at++) != '.'))) {
                return false;
            }
        }
        return at == to;
    }
}
