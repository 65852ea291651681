package dev.weir.gateway.forward;

import dev.weir.http.codec.Field;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.RequestReader;
import dev.weir.http.server.Answer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Max-Forwards of TRACE and OPTIONS: each proxy counts it down, and the one that receives zero answers itself.
///
/// **Threads:** immutable.
/// **Source:** RFC 9110 sections 7.6.2 and 9.3.8.
final class MaxForwards {
    /// The request has none, or one without meaning.
    static final long NONE = -1;

    private static final int DIGITS_MAX = 9;

    private MaxForwards() {}

    /// The number of a TRACE or OPTIONS, or [#NONE].
    static long of(RequestReader head) {
        if (head.method() != Method.OPTIONS && head.method() != Method.TRACE) return NONE;
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) == Field.MAX_FORWARDS) return number(head.bytes(), head.valueFrom(i), head.valueTo(i));
        }
        return NONE;
    }

    private static long number(ByteBuffer bytes, int from, int to) {
        if (from == to || to - from > DIGITS_MAX) return NONE;
        long number = 0;
        for (int at = from; at < to; at++) {
            byte octet = bytes.get(at);
            if (octet < '0' || octet > '9') return NONE;
            number = 10 * number + octet - '0';
        }
        return number;
    }

    /// The answer of the last recipient. The answer to TRACE contains the request line only: fields may be secrets.
    static Answer answer(RequestReader head) {
        if (head.method() == Method.OPTIONS) return Answer.text(204, "");
        String method = head.text(head.methodFrom(), head.methodTo());
        String target = head.text(head.targetFrom(), head.targetTo());
        String line = method + " " + target + " HTTP/1.1\r\n\r\n";
        return Answer.of(200, "message/http", line.getBytes(StandardCharsets.ISO_8859_1));
    }
}
