package dev.weir.gateway.forward;

import dev.weir.http.codec.Field;
import dev.weir.http.codec.MessageReader;
import dev.weir.http.codec.RequestReader;
import dev.weir.http.codec.ResponseReader;
import java.nio.ByteBuffer;

/// Detects authentication schemes that authenticate the connection instead of a request: NTLM, and Negotiate
/// with its variants.
///
/// **Threads:** immutable.
/// **Source:** RFC 4559 section 6; RFC 9110 section 11.6, a field of challenges is a list; HAProxy, private
/// sessions.
final class LoginScheme {
    private static final long NEGO = word("nego");
    private static final long NTLM = word("ntlm");
    private static final int WORD = 4;

    private LoginScheme() {}

    private static long word(String text) {
        long word = 0;
        for (int i = 0; i < WORD; i++) word = word << 8 | text.charAt(i);
        return word;
    }

    /// Whether a request carries credentials of such a scheme.
    static boolean isInRequest(RequestReader head) {
        return isIn(head, Field.AUTHORIZATION) || isIn(head, Field.PROXY_AUTHORIZATION);
    }

    /// Whether an answer challenges its client to use such a scheme.
    static boolean isInAnswer(ResponseReader head) {
        if (head.status() != 401 && head.status() != 407) return false;
        return isIn(head, Field.WWW_AUTHENTICATE) || isIn(head, Field.PROXY_AUTHENTICATE);
    }

    private static boolean isIn(MessageReader head, Field wanted) {
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) != wanted) continue;
            if (isListed(head.bytes(), head.valueFrom(i), head.valueTo(i))) return true;
        }
        return false;
    }

    /// Checks each unquoted word: a scheme is at the beginning, after a comma or after another scheme.
    private static boolean isListed(ByteBuffer bytes, int from, int to) {
        boolean mayBegin = true;
        boolean quoted = false;
        for (int at = from; at < to; at++) {
            byte octet = bytes.get(at);
            if (quoted) {
                if (octet == '\\') at++;
                else if (octet == '"') quoted = false;
            } else if (octet == '"') {
                quoted = true;
                mayBegin = false;
            } else if (octet == ',' || octet == ' ' || octet == '\t') {
                mayBegin = true;
            } else {
                if (mayBegin && isScheme(bytes, at, to)) return true;
                mayBegin = false;
            }
        }
        return false;
    }

    /// Why: `Nego2` and its successors work as Negotiate does.
    private static boolean isScheme(ByteBuffer bytes, int at, int to) {
        if (to - at < WORD) return false;
        long word = 0;
        for (int i = 0; i < WORD; i++) word = word << 8 | ((bytes.get(at + i) | 0x20) & 0xff);
        return word == NEGO || word == NTLM;
    }
}
