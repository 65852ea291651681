package dev.weir.gateway.forward;

import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.MessageReader;
import java.nio.ByteBuffer;

/// Field names with underscores that origins may confuse with the gateway's own fields. Under CGI `-` and `_`
/// are the same: `X_Forwarded_For` becomes `HTTP_X_FORWARDED_FOR`, as `X-Forwarded-For` does.
///
/// **Threads:** immutable.
/// **Source:** RFC 3875 section 4.1.18.
final class LookalikeField {
    private static final byte[][] OWN = {
        HeadEncoder.ascii("x-forwarded-for"),
        HeadEncoder.ascii("x-forwarded-proto"),
        HeadEncoder.ascii("x-forwarded-host"),
        HeadEncoder.ascii("x-request-id"),
        HeadEncoder.ascii("content-length"),
        HeadEncoder.ascii("content-type"),
        HeadEncoder.ascii("transfer-encoding")
    };

    private LookalikeField() {}

    /// Whether the field's name has an underscore where one of the gateway's fields, or a framing field, has a
    /// hyphen.
    static boolean is(MessageReader head, int index) {
        int from = head.nameFrom(index);
        int length = head.nameTo(index) - from;
        for (byte[] own : OWN) {
            if (own.length == length && isAlike(head.bytes(), from, own)) return true;
        }
        return false;
    }

    private static boolean isAlike(ByteBuffer bytes, int from, byte[] own) {
        for (int i = 0; i < own.length; i++) {
            int octet = bytes.get(from + i);
            if (octet == '_') octet = '-';
            else if (octet >= 'A' && octet <= 'Z') octet += 'a' - 'A';
            if (octet != own[i]) return false;
        }
        return true;
    }
}
