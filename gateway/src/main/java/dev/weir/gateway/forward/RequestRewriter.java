package dev.weir.gateway.forward;

import dev.weir.gateway.log.RequestRecord;
import dev.weir.http.codec.Field;
import dev.weir.http.codec.Fields;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.HttpVersion;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.codec.TargetForm;
import dev.weir.http.server.ServerExchange;
import java.nio.ByteBuffer;

/// Writes the head that goes to the origin: origin-form, hop-by-hop fields left out, where it came from added.
///
/// It grows by at most [dev.weir.http.flow.Inflow#HEADROOM] over the head received: forwarded fields, Via
/// and id are bounded by the limits of host and id.
///
/// **Threads:** confined to its loop.
/// **Source:** RFC 9110 sections 7.6.1 and 7.6.3, RFC 9112 section 3.2.2.
final class RequestRewriter {
    private static final byte[] HTTP_1_1 = HeadEncoder.ascii(" HTTP/1.1\r\nHost: ");
    private static final byte[] SPACE = HeadEncoder.ascii(" ");
    private static final byte[] ROOT = HeadEncoder.ascii("/");
    private static final byte[] ASTERISK = HeadEncoder.ascii("*");
    private static final byte[] CHUNKED = HeadEncoder.ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] FORWARDED_PROTO = HeadEncoder.ascii("X-Forwarded-Proto: http\r\n");
    private static final byte[] FORWARDED_FOR = HeadEncoder.ascii("X-Forwarded-For");
    private static final byte[] FORWARDED_HOST = HeadEncoder.ascii("X-Forwarded-Host");
    private static final byte[] MAX_FORWARDS = HeadEncoder.ascii("Max-Forwards");
    private static final byte[] TAKES_TRAILERS = HeadEncoder.ascii("TE: trailers\r\nConnection: TE\r\n");
    private static final byte[] KEEP_ALIVE = HeadEncoder.ascii("Connection: keep-alive\r\n");
    private static final byte[] TRAILERS = HeadEncoder.ascii("trailers");
    private static final byte[] REQUEST_ID = HeadEncoder.ascii("X-Request-Id: ");

    /// Host, Connection, Via, X-Forwarded-Proto, X-Forwarded-For and X-Request-Id.
    private static final int ADDED = 6;

    /// With Transfer-Encoding, X-Forwarded-Host, TE and Connection.
    private static final int ADDED_MAX = ADDED + 4;

    private final HeadEncoder encoder = new HeadEncoder();
    private final Via via;
    private boolean passesTrailers;
    private boolean asksToKeep;

    RequestRewriter(Via via) {
        this.via = via;
    }

    /// Says whether the trailers that come behind the next head are passed on; asked for anew with each.
    RequestRewriter withTrailers(boolean pass) {
        passesTrailers = pass;
        return this;
    }

    /// Says whether the next head is the first on its connection; asked for anew with each. The first asks the
    /// origin to keep the connection. Why: HTTP/1.1 needs no such word, but Apache httpd says for how long it
    /// keeps one only to who asks.
    RequestRewriter asFirst(boolean isFirst) {
        asksToKeep = isFirst;
        return this;
    }

    /// Writes the head of `exchange` to `out`, from its position.
    ///
    /// @param originName what Host says when the client named none
    /// @return false when there was no room for all of it
    boolean write(ServerExchange exchange, RequestRecord record, byte[] originName, ByteBuffer out) {
        RequestHead head = exchange.head();
        ByteBuffer from = exchange.bytes();
        int base = exchange.headFrom();
        encoder.begin(out);
        writeTarget(head, from, base);
        writeHost(head, from, base, originName);
        writeFields(head, from, base);
        if (head.framing() == Framing.CHUNKED) encoder.raw(CHUNKED);
        if (asksToKeep) encoder.raw(KEEP_ALIVE);
        encoder.raw(via.line(head.version()));
        encoder.raw(FORWARDED_PROTO);
        encoder.field(FORWARDED_FOR, exchange.peerAddress());
        if (head.authorityTo() > head.authorityFrom()) {
            encoder.field(FORWARDED_HOST, from, base + head.authorityFrom(), base + head.authorityTo());
        }
        encoder.raw(REQUEST_ID);
        encoder.raw(record.idBytes(), 0, record.idLength());
        encoder.lineEnd();
        return encoder.end();
    }

    /// Whether no more than `fieldsMax` fields would leave, those that are added here included.
    boolean hasRoomForFields(ServerExchange exchange, int fieldsMax) {
        RequestHead head = exchange.head();
        Fields fields = head.fields();
        // Why: nearly all requests have far fewer; only of the others each field is looked at.
        if (fields.count() + ADDED_MAX <= fieldsMax) return true;
        int leaving = ADDED;
        if (head.framing() == Framing.CHUNKED) leaving++;
        if (head.authorityTo() > head.authorityFrom()) leaving++;
        boolean takesTrailers = false;
        ByteBuffer from = exchange.bytes();
        int base = exchange.headFrom();
        for (int i = 0; i < fields.count(); i++) {
            if (fields.field(i) == Field.TE)
                takesTrailers |= namesTrailers(from, base + fields.valueFrom(i), base + fields.valueTo(i));
            else if (isPassed(fields, i, from, base)) leaving++;
        }
        return leaving + (takesTrailers ? 2 : 0) <= fieldsMax;
    }

    private boolean isPassed(Fields fields, int index, ByteBuffer from, int base) {
        return switch (fields.field(index)) {
            case HOST, X_FORWARDED_FOR, X_FORWARDED_PROTO, X_FORWARDED_HOST, FORWARDED, X_REQUEST_ID -> false;
            case TRAILER -> passesTrailers && !fields.isHopByHop(index);
            case OTHER -> !fields.isHopByHop(index) && !Imitation.is(from, base, fields, index);
            default -> !fields.isHopByHop(index);
        };
    }

    private void writeTarget(RequestHead head, ByteBuffer from, int base) {
        encoder.raw(from, base + head.methodFrom(), base + head.methodTo());
        encoder.raw(SPACE);
        if (head.form() == TargetForm.ABSOLUTE && head.pathFrom() == head.pathTo()) {
            boolean whole = head.method() == Method.OPTIONS && head.queryTo() == head.pathTo();
            encoder.raw(whole ? ASTERISK : ROOT);
        }
        encoder.raw(from, base + head.pathFrom(), base + head.queryTo());
    }

    private void writeHost(RequestHead head, ByteBuffer from, int base, byte[] originName) {
        encoder.raw(HTTP_1_1);
        boolean named = head.version() == HttpVersion.HTTP_1_1 || head.authorityTo() > head.authorityFrom();
        if (named) encoder.raw(from, base + head.authorityFrom(), base + head.authorityTo());
        else encoder.raw(originName);
        encoder.lineEnd();
    }

    private void writeFields(RequestHead head, ByteBuffer from, int base) {
        Fields fields = head.fields();
        boolean takesTrailers = false;
        for (int i = 0; i < fields.count(); i++) {
            switch (fields.field(i)) {
                case TE -> takesTrailers |= namesTrailers(from, base + fields.valueFrom(i), base + fields.valueTo(i));
                case MAX_FORWARDS -> writeMaxForwards(head, from, base, i);
                default -> {
                    if (isPassed(fields, i, from, base)) encoder.copy(from, base, fields, i);
                }
            }
        }
        // Why: trailers of answers are passed on, and some origins send them only to who asks for them.
        if (takesTrailers) encoder.raw(TAKES_TRAILERS);
    }

    private void writeMaxForwards(RequestHead head, ByteBuffer from, int base, int index) {
        if (head.fields().isHopByHop(index)) return;
        long left = MaxForwards.of(head, from, base);
        if (left == MaxForwards.NONE) encoder.copy(from, base, head.fields(), index);
        else encoder.field(MAX_FORWARDS, left - 1);
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
