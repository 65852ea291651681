package dev.weir.gateway.forward;

import dev.weir.http.codec.Field;
import dev.weir.http.codec.FieldLine;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.HeadWriter;
import dev.weir.http.codec.HttpVersion;
import dev.weir.http.codec.MessageReader;
import java.nio.ByteBuffer;

/// What a listener says of itself in `Via`, and whether a request has been there before.
///
/// **Threads:** immutable.
/// **Source:** RFC 9110 section 7.6.3; 508 is of RFC 5842 section 7.2.
public final class Via {
    /// Says nothing, and recognizes nothing.
    public static final Via OFF = new Via("");

    private final byte[] name;
    private final FieldLine line;
    private final FieldLine lineOfOld;

    private Via(String name) {
        this.name = HeadEncoder.ascii(name);
        this.line = FieldLine.of("Via", "1.1 " + name);
        this.lineOfOld = FieldLine.of("Via", "1.0 " + name);
    }

    /// Says that a message came by `name`.
    ///
    /// @param name a token that no other listener has
    public static Via named(String name) {
        return new Via(name);
    }

    /// Adds what a message of this version is given; nothing where nothing is said.
    void addTo(HttpVersion version, HeadWriter out) {
        if (name.length > 0) out.add(version == HttpVersion.HTTP_1_0 ? lineOfOld : line);
    }

    /// Whether a message says that it came by here.
    boolean isIn(MessageReader head) {
        if (name.length == 0) return false;
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) == Field.VIA && isIn(head.bytes(), head.valueFrom(i), head.valueTo(i))) return true;
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
