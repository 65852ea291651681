package dev.weir.gateway.forward;

import dev.weir.http.codec.Field;
import dev.weir.http.codec.Fields;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.HttpVersion;
import java.nio.ByteBuffer;

/// What a listener says of itself in `Via`, and whether a request has been there before.
///
/// **Threads:** immutable.
/// **Source:** RFC 9110 section 7.6.3; 508 is of RFC 5842 section 7.2.
public final class Via {
    /// Says nothing, and recognizes nothing.
    public static final Via OFF = new Via("", "", "");

    private final byte[] name;
    private final byte[] line;
    private final byte[] lineOfOld;

    private Via(String name, String line, String lineOfOld) {
        this.name = HeadEncoder.ascii(name);
        this.line = HeadEncoder.ascii(line);
        this.lineOfOld = HeadEncoder.ascii(lineOfOld);
    }

    /// Says that a message came by `name`.
    ///
    /// @param name a token that no other listener has
    public static Via named(String name) {
        return new Via(name, "Via: 1.1 " + name + "\r\n", "Via: 1.0 " + name + "\r\n");
    }

    /// The line that a message of this version is given; empty when nothing is said. Lent.
    byte[] line(HttpVersion version) {
        return version == HttpVersion.HTTP_1_0 ? lineOfOld : line;
    }

    /// Whether a message says that it came by here.
    boolean isIn(Fields fields, ByteBuffer bytes, int base) {
        if (name.length == 0) return false;
        for (int i = 0; i < fields.count(); i++) {
            if (fields.field(i) == Field.VIA && isIn(bytes, base + fields.valueFrom(i), base + fields.valueTo(i)))
                return true;
        }
        return false;
    }

    /// The name stands behind a protocol, and before a comment, a comma or the end.
    private boolean isIn(ByteBuffer bytes, int from, int to) {
        for (int at = from + 1; at + name.length <= to; at++) {
            int end = at + name.length;
            if (isBlank(bytes.get(at - 1))
                    && startsAt(bytes, at)
                    && (end == to || isBlank(bytes.get(end)) || bytes.get(end) == ',')) return true;
        }
        return false;
    }

    private boolean startsAt(ByteBuffer bytes, int at) {
        for (int i = 0; i < name.length; i++) {
            if (bytes.get(at + i) != name[i]) return false;
        }
        return true;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }
}
