package dev.weir.gateway.forward;

import dev.weir.http.codec.Field;
import dev.weir.http.codec.FieldLine;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.HeadWriter;
import dev.weir.http.codec.HttpVersion;
import dev.weir.http.codec.MessageReader;
import java.nio.ByteBuffer;

/// The `Via` field of a listener, and the detection of forwarding loops by it.
///
/// **Threads:** immutable.
/// **Source:** RFC 9110 section 7.6.3; 508 is of RFC 5842 section 7.2.
public final class Via {
    /// Adds no field and detects no loop.
    public static final Via OFF = new Via("");

    private final byte[] name;
    private final FieldLine line;
    private final FieldLine lineOfOld;

    private Via(String name) {
        this.name = HeadEncoder.ascii(name);
        this.line = FieldLine.of("Via", "1.1 " + name);
        this.lineOfOld = FieldLine.of("Via", "1.0 " + name);
    }

    /// A `Via` field with the name `name`.
    ///
    /// @param name a token that no other listener has
    public static Via named(String name) {
        return new Via(name);
    }

    /// Adds the field for a message of this version; nothing when it is off.
    void addTo(HttpVersion version, HeadWriter out) {
        if (name.length > 0) out.add(version == HttpVersion.HTTP_1_0 ? lineOfOld : line);
    }

    /// Whether a message has passed this listener before.
    boolean isIn(MessageReader head) {
        if (name.length == 0) return false;
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) == Field.VIA && isIn(head.bytes(), head.valueFrom(i), head.valueTo(i))) return true;
        }
        return false;
    }

    /// The name follows a protocol, and a comment, a comma or the end follows it.
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
