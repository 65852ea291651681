package dev.weir.gateway.forward;

import dev.weir.http.codec.Field;
import dev.weir.http.codec.Fields;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.server.Answer;
import dev.weir.http.server.ServerExchange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// How many proxies more a TRACE or OPTIONS may pass: each counts down, and the one that finds zero answers itself.
///
/// **Threads:** immutable.
/// **Source:** RFC 9110 sections 7.6.2 and 9.3.8.
final class MaxForwards {
    /// The request has none, or it means nothing.
    static final long NONE = -1;

    private static final int DIGITS_MAX = 9;

    private MaxForwards() {}

    /// The number of a TRACE or OPTIONS, or [#NONE].
    ///
    /// @param base where the head begins in `bytes`
    static long of(RequestHead head, ByteBuffer bytes, int base) {
        if (head.method() != Method.OPTIONS && head.method() != Method.TRACE) return NONE;
        Fields fields = head.fields();
        for (int i = 0; i < fields.count(); i++) {
            if (fields.field(i) == Field.MAX_FORWARDS)
                return number(bytes, base + fields.valueFrom(i), base + fields.valueTo(i));
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

    /// The answer of the last recipient. A TRACE is told its request line only: fields may be secrets.
    static Answer answer(ServerExchange exchange) {
        RequestHead head = exchange.head();
        if (head.method() == Method.OPTIONS) return Answer.text(204, "");
        String line = exchange.text(head.methodFrom(), head.targetTo()) + " HTTP/1.1\r\n\r\n";
        return Answer.of(200, "message/http", line.getBytes(StandardCharsets.ISO_8859_1));
    }
}
