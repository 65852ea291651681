package dev.weir.gateway.forward;

import dev.weir.gateway.request.RequestRecord;
import dev.weir.http.codec.Field;
import dev.weir.http.codec.FieldLine;
import dev.weir.http.codec.FieldName;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.HeadWriter;
import dev.weir.http.codec.HttpVersion;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.RequestReader;
import dev.weir.http.codec.TargetForm;
import java.nio.ByteBuffer;

/// Decides the content of the request head for the origin: path and query, fields without the hop-by-hop ones,
/// added forwarding fields. A [HeadWriter] encodes it.
///
/// In HTTP/1 the head grows by at most [dev.weir.http.flow.HeadBlocks#HEADROOM]: forwarding fields, Via and id
/// are bounded by the limits of host and id.
///
/// **Threads:** confined to its loop.
/// **Source:** RFC 9110 sections 7.6.1 and 7.6.3, RFC 9112 section 3.2.2.
final class RequestRules {
    private static final byte[] NOTHING = {};
    private static final byte[] ROOT = HeadEncoder.ascii("/");
    private static final byte[] ASTERISK = HeadEncoder.ascii("*");
    private static final byte[] TRAILERS = HeadEncoder.ascii("trailers");
    private static final FieldLine FORWARDED_PROTO = FieldLine.of("X-Forwarded-Proto", "http");
    private static final FieldName FORWARDED_FOR = FieldName.of("X-Forwarded-For");
    private static final FieldName FORWARDED_HOST = FieldName.of("X-Forwarded-Host");
    private static final FieldName MAX_FORWARDS = FieldName.of("Max-Forwards");
    private static final FieldName REQUEST_ID = FieldName.of("X-Request-Id");

    /// Host, Connection twice, TE, Transfer-Encoding, Via, X-Request-Id, and three that begin with X-Forwarded.
    private static final int ADDED_MAX = 10;

    private final FieldCounter counted = new FieldCounter();
    private final Via via;
    private boolean passesTrailers;

    RequestRules(Via via) {
        this.via = via;
    }

    /// Sets whether the trailers after the next head are forwarded; set again for each head.
    RequestRules withTrailers(boolean pass) {
        passesTrailers = pass;
        return this;
    }

    /// Writes the forwarded head to `out`.
    ///
    /// @param record contains the request's id
    /// @param peer the client's address, encoded
    /// @param originName the value of Host when the client sent none
    void write(RequestReader head, RequestRecord record, byte[] peer, byte[] originName, HeadWriter out) {
        out.request(head, root(head));
        if (head.version() != HttpVersion.HTTP_1_0 || head.hasAuthority()) {
            out.host(head.bytes(), head.authorityFrom(), head.authorityTo());
        } else {
            out.host(originName);
        }
        writeFields(head, out);
        out.body(head.framing());
        out.connection();
        via.addTo(head.version(), out);
        out.add(FORWARDED_PROTO);
        out.add(FORWARDED_FOR, peer, peer.length);
        if (head.hasAuthority()) out.add(FORWARDED_HOST, head.bytes(), head.authorityFrom(), head.authorityTo());
        out.add(REQUEST_ID, record.idBytes(), record.idLength());
    }

    /// Whether the forwarded head has at most `fieldsMax` fields, the added ones included.
    boolean hasRoomForFields(RequestReader head, RequestRecord record, byte[] peer, int fieldsMax) {
        // Why: nearly all requests have far fewer; only for the others every field is checked.
        if (head.count() + ADDED_MAX <= fieldsMax) return true;
        counted.begin();
        write(head, record, peer, NOTHING, counted);
        return counted.count() <= fieldsMax;
    }

    /// The path for an absolute-form target without one.
    private static byte[] root(RequestReader head) {
        if (head.form() != TargetForm.ABSOLUTE || head.pathFrom() != head.pathTo()) return NOTHING;
        boolean whole = head.method() == Method.OPTIONS && head.queryTo() == head.pathTo();
        return whole ? ASTERISK : ROOT;
    }

    private void writeFields(RequestReader head, HeadWriter out) {
        boolean takesTrailers = false;
        for (int i = 0; i < head.count(); i++) {
            switch (head.field(i)) {
                case TE -> takesTrailers |= namesTrailers(head.bytes(), head.valueFrom(i), head.valueTo(i));
                case MAX_FORWARDS -> writeMaxForwards(head, i, out);
                default -> {
                    if (isPassed(head, i)) out.keep(head, i);
                }
            }
        }
        // Why: trailers of answers are forwarded, and some origins send them only to clients that ask for them.
        if (takesTrailers) out.takesTrailers();
    }

    private boolean isPassed(RequestReader head, int index) {
        Field field = head.field(index);
        return switch (field) {
            case HOST, X_FORWARDED_FOR, X_FORWARDED_PROTO, X_FORWARDED_HOST, FORWARDED, X_REQUEST_ID -> false;
            case TRAILER -> passesTrailers && !head.isHopByHop(index);
            case OTHER -> !head.isHopByHop(index) && !LookalikeField.is(head, index);
            default -> !head.isHopByHop(index);
        };
    }

    private static void writeMaxForwards(RequestReader head, int index, HeadWriter out) {
        if (head.isHopByHop(index)) return;
        long left = MaxForwards.of(head);
        if (left == MaxForwards.NONE) out.keep(head, index);
        else out.add(MAX_FORWARDS, left - 1);
    }

    /// Whether `trailers` is an element of a TE field.
    private static boolean namesTrailers(ByteBuffer bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int end = at;
            while (end < to && bytes.get(end) != ',') end++;
            if (isTrailers(bytes, at, end)) return true;
            at = end + 1;
        }
        return false;
    }

    private static boolean isTrailers(ByteBuffer bytes, int from, int to) {
        int first = from;
        int last = to;
        while (first < last && bytes.get(first) <= ' ') first++;
        while (first < last && bytes.get(last - 1) <= ' ') last--;
        if (last - first != TRAILERS.length) return false;
        for (int i = 0; i < TRAILERS.length; i++) {
            if ((bytes.get(first + i) | 0x20) != TRAILERS[i]) return false;
        }
        return true;
    }
}
