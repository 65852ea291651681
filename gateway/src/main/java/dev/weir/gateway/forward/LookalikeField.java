package dev.weir.gateway.forward;

import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.MessageReader;
import java.nio.ByteBuffer;

/// Names with underscores that are read as one of the gateway's own fields by origins that know fields by the
/// names of CGI, where `-` and `_` are one: `X_Forwarded_For` is `HTTP_X_FORWARDED_FOR` there, as
/// `X-Forwarded-For` is.
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

    /// Whether the field's name has an underscore where one of our own, or one that frames the body, has a hyphen.
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
