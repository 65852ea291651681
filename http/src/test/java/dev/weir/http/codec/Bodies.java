package dev.weir.http.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Feeds a body to a decoder in pieces as a connection does: what is not consumed moves to the front of the next
/// block.
final class Bodies {
    private static final int ROOM = 64 * 1024;
    private static final byte[] POISON = Corpus.latin("\r\n0\r\n\r\n");

    private final ByteBuffer[] blocks = {ByteBuffer.allocateDirect(ROOM), ByteBuffer.allocateDirect(ROOM)};
    private final BodyDecoder decoder;

    Bodies(HeadLimits limits) {
        decoder = new BodyDecoder(limits);
    }

    /// What came of a body: verdict, bytes consumed, output.
    record Outcome(String verdict, int consumed, String output) {}

    Outcome decode(byte[] input, Framing framing, long length, BodyDecoder.Mode mode, int... cuts) {
        decoder.begin(framing, length, mode);
        var output = new ByteArrayOutputStream();
        int consumed = 0;
        int result = BodyDecoder.MORE;
        for (int call = 0; call <= cuts.length && result == BodyDecoder.MORE; call++) {
            int count = (call < cuts.length ? cuts[call] : input.length) - consumed;
            int base = 3 + 5 * call % 40;
            ByteBuffer block = blocks[call & 1];
            block.clear();
            block.put(base, input, consumed, count);
            block.put(base + count, POISON);
            result = decoder.decode(block, base, base + count);
            check(base, count);
            byte[] out = new byte[decoder.outTo() - base];
            block.get(base, out);
            output.writeBytes(out);
            consumed += decoder.consumedTo() - base;
        }
        String verdict = switch (result) {
            case BodyDecoder.END -> "ok";
            case BodyDecoder.MORE -> "more";
            default -> decoder.fault().name();
        };
        return new Outcome(verdict, consumed, output.toString(StandardCharsets.ISO_8859_1));
    }

    private void check(int base, int count) {
        if (decoder.outTo() < base || decoder.outTo() > decoder.consumedTo() || decoder.consumedTo() > base + count) {
            throw new AssertionError("out " + decoder.outTo() + " consumed " + decoder.consumedTo());
        }
    }

    /// A second, simple implementation for complete and correct chunked bodies.
    static String reference(byte[] input, BodyDecoder.Mode mode) {
        String rest = new String(input, StandardCharsets.ISO_8859_1);
        boolean framed = mode != BodyDecoder.Mode.DATA;
        var out = new StringBuilder();
        while (true) {
            String line = rest.substring(0, rest.indexOf("\r\n"));
            long size = Long.parseLong(line.split("[; \t]", 2)[0], 16);
            rest = rest.substring(line.length() + 2);
            out.append(framed ? Long.toHexString(size) + "\r\n" : "");
            if (size == 0) {
                break;
            }
            out.append(rest, 0, (int) size).append(framed ? "\r\n" : "");
            rest = rest.substring((int) size + 2);
        }
        while (framed && !rest.startsWith("\r\n")) {
            String line = rest.substring(0, rest.indexOf("\r\n") + 2);
            String name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
            boolean isKept = mode == BodyDecoder.Mode.CHUNKED;
            out.append(isKept && (name.startsWith("x-") || name.equals("server-timing")) ? line : "");
            rest = rest.substring(line.length());
        }
        return out.append(framed ? "\r\n" : "").toString();
    }
}
