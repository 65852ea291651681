package dev.weir.http.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Feeds one head to a decoder in pieces, from a block that moves at every piece, and tells everything that
/// was found as one text.
///
/// The bytes behind those received are poison: a decoder that looks at them comes to another verdict.
final class Heads {
    private static final int ROOM = 64 * 1024;
    private static final byte[] POISON = Corpus.latin("\r\n\r\nContent-Length: 99\r\n\r\n\n\0");

    private final HeadLimits limits;
    private final ByteBuffer[] blocks = {ByteBuffer.allocateDirect(ROOM), ByteBuffer.allocateDirect(ROOM)};
    private final RequestDecoder requests;
    private final RequestHead request;
    private final ResponseDecoder responses;
    private final ResponseHead response;

    Heads(HeadLimits limits) {
        this.limits = limits;
        requests = new RequestDecoder(limits);
        request = new RequestHead(limits);
        responses = new ResponseDecoder(limits);
        response = new ResponseHead(limits);
    }

    HeadLimits limits() {
        return limits;
    }

    /// Decodes with a call at each cut, and one with all.
    String request(byte[] message, int... cuts) {
        requests.reset();
        for (int call = 0; call <= cuts.length; call++) {
            int count = call < cuts.length ? cuts[call] : message.length;
            int base = 3 + 4 * call % 32;
            ByteBuffer block = place(message, count, call, base);
            int result = requests.decode(block, base, base + count, request);
            if (result == RequestDecoder.FAULT) {
                return requests.fault().name();
            }
            if (result != RequestDecoder.MORE) {
                return describeRequest(block, base);
            }
        }
        return "more";
    }

    /// Decodes with a call at each cut, and one with all.
    String response(byte[] message, Method method, int... cuts) {
        responses.reset();
        for (int call = 0; call <= cuts.length; call++) {
            int count = call < cuts.length ? cuts[call] : message.length;
            int base = 3 + 4 * call % 32;
            ByteBuffer block = place(message, count, call, base);
            int result = responses.decode(block, base, base + count, method, response);
            if (result == ResponseDecoder.FAULT) {
                return responses.fault().name();
            }
            if (result != ResponseDecoder.MORE) {
                return describeResponse(block, base);
            }
        }
        return "more";
    }

    static int[] everyByte(int length) {
        int[] cuts = new int[length];
        Arrays.setAll(cuts, i -> i);
        return cuts;
    }

    private ByteBuffer place(byte[] message, int count, int call, int base) {
        ByteBuffer block = blocks[call & 1];
        block.clear();
        block.put(base, message, 0, Math.min(count, ROOM - base));
        int poison = Math.min(POISON.length, ROOM - base - count);
        if (poison > 0) {
            block.put(base + count, POISON, 0, poison);
        }
        return block;
    }

    private String describeRequest(ByteBuffer block, int base) {
        var out = new StringBuilder("ok");
        fact(out, "method", request.method());
        fact(out, "name", request.text(block, base, request.methodFrom(), request.methodTo()));
        fact(out, "version", request.version() == HttpVersion.HTTP_1_0 ? "1.0" : "1.1");
        fact(out, "form", request.form());
        fact(out, "target", request.text(block, base, request.targetFrom(), request.targetTo()));
        fact(out, "path", request.text(block, base, request.pathFrom(), request.pathTo()));
        fact(out, "query", request.text(block, base, request.pathTo(), request.queryTo()));
        fact(out, "host", request.text(block, base, request.hostFrom(), request.hostTo()));
        fact(out, "authority", request.text(block, base, request.authorityFrom(), request.authorityTo()));
        fact(out, "framing", request.framing());
        fact(out, "length", request.contentLength());
        fact(out, "keep", request.keepAlive());
        fact(out, "expects", request.expectsContinue());
        fact(out, "bytes", request.headBytes());
        describeFields(out, request.fields(), block, base);
        return out.append('\n').toString();
    }

    private String describeResponse(ByteBuffer block, int base) {
        var out = new StringBuilder("ok");
        fact(out, "status", response.status());
        fact(out, "version", response.version() == HttpVersion.HTTP_1_0 ? "1.0" : "1.1");
        fact(out, "reason", response.text(block, base, response.reasonFrom(), response.reasonTo()));
        fact(out, "informational", response.isInformational());
        fact(out, "framing", response.framing());
        fact(out, "length", response.contentLength());
        fact(out, "keep", response.keepAlive());
        fact(out, "bytes", response.headBytes());
        describeFields(out, response.fields(), block, base);
        return out.append('\n').toString();
    }

    private static void describeFields(StringBuilder out, Fields fields, ByteBuffer block, int base) {
        fact(out, "fields", fields.count());
        var named = new StringBuilder();
        for (int i = 0; i < fields.count(); i++) {
            fact(out, "field" + i, fields.field(i));
            fact(out, "name" + i, Fields.text(block, base, fields.nameFrom(i), fields.nameTo(i)));
            fact(out, "value" + i, Fields.text(block, base, fields.valueFrom(i), fields.valueTo(i)));
            named.append(fields.isNamedByConnection(i) ? '1' : '0');
        }
        fact(out, "named", named);
    }

    private static void fact(StringBuilder out, String name, Object value) {
        out.append('\n').append(name).append('=').append(value);
    }
}
