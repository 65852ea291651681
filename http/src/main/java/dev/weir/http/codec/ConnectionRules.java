package dev.weir.http.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Reads the Connection fields of a complete head: persistence, and which fields they make hop-by-hop.
///
/// **Threads:** confined to its decoder.
/// **Limits:** 256 options a head; more is 431, because each is compared with each field.
/// **Source:** RFC 9110 section 7.6.1, RFC 9112 section 9.3.
final class ConnectionRules {
    private static final int OPTIONS_MAX = 256;
    private static final int NO_ELEMENT = -1;
    private static final String CLOSE = "close";
    private static final String KEEP_ALIVE = "keep-alive";

    private boolean close;
    private boolean keep;
    private int options;
    private @Nullable HttpFault fault;

    HttpFault fault() {
        if (fault == null) {
            throw new IllegalStateException("there is no fault");
        }
        return fault;
    }

    /// Tells whether the connection outlives the exchange.
    boolean keepAlive(HttpVersion version) {
        return !close && (keep || version == HttpVersion.HTTP_1_1);
    }

    /// Reads all Connection fields.
    ///
    /// @return false if one is a [#fault]
    boolean read(ByteBuffer bytes, int base, Fields fields) {
        close = false;
        keep = false;
        options = 0;
        fault = null;
        for (int index = 0; index < fields.count(); index++) {
            if (fields.field(index) == Field.CONNECTION && !readList(bytes, base, index, fields)) {
                return false;
            }
        }
        return true;
    }

    private boolean readList(ByteBuffer bytes, int base, int index, Fields fields) {
        int at = base + fields.valueFrom(index);
        int to = base + fields.valueTo(index);
        while (at < to) {
            byte octet = bytes.get(at);
            if (Octets.isBlank(octet) || octet == ',') {
                at++;
                continue;
            }
            int end = Octets.tokenEnd(bytes, at, to);
            int next = elementEnd(bytes, end, to);
            if (end == at && bytes.get(at) != '"') {
                return refuse(HttpFault.BAD_CONNECTION);
            }
            if (next == NO_ELEMENT) {
                return refuse(HttpFault.BAD_CONNECTION);
            }
            if (++options > OPTIONS_MAX) {
                return refuse(HttpFault.TOO_MANY_OPTIONS);
            }
            if (end > at && !take(bytes, base, at, end, fields)) {
                return refuse(HttpFault.BAD_CONNECTION);
            }
            at = next;
        }
        return true;
    }

    /// The end of an element whose token ends at `from`: parameters behind it, which old clients send, and text in
    /// quotes mean nothing.
    private static int elementEnd(ByteBuffer bytes, int from, int to) {
        int at = from;
        while (at < to && Octets.isBlank(bytes.get(at))) {
            at++;
        }
        if (at == to || bytes.get(at) == ',') {
            return at;
        }
        return bytes.get(at) == ';' || bytes.get(at) == '"' ? ignoredEnd(bytes, at, to) : NO_ELEMENT;
    }

    private static int ignoredEnd(ByteBuffer bytes, int from, int to) {
        boolean quoted = false;
        int at = from;
        while (at < to && (quoted || bytes.get(at) != ',')) {
            if (bytes.get(at) == '"') {
                quoted = !quoted;
            } else if (quoted && bytes.get(at) == '\\') {
                at++;
            }
            at++;
        }
        return quoted ? NO_ELEMENT : Math.min(at, to);
    }

    private boolean take(ByteBuffer bytes, int base, int from, int to, Fields fields) {
        close |= Octets.equalAnyCase(bytes, from, to, CLOSE);
        keep |= Octets.equalAnyCase(bytes, from, to, KEEP_ALIVE);
        for (int index = 0; index < fields.count(); index++) {
            int name = fields.nameFrom(index);
            int length = fields.nameTo(index) - name;
            if (length == to - from && Octets.sameAnyCase(bytes, from, base + name, length)) {
                if (isIndispensable(fields.field(index))) {
                    return false;
                }
                fields.nameByConnection(index);
            }
        }
        return true;
    }

    /// Whether a peer must not have the field removed. Why: that would change where the request goes or where
    /// its body ends. Transfer-Encoding may be named: it is hop-by-hop anyway, and every hop writes its own.
    private static boolean isIndispensable(Field field) {
        return field == Field.HOST || field == Field.CONTENT_LENGTH;
    }

    private boolean refuse(HttpFault why) {
        fault = why;
        return false;
    }
}
