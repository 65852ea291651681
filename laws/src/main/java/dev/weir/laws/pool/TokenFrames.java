package dev.weir.laws.pool;

import java.nio.ByteBuffer;

/// What callers and origins say: a token, a length, so many bytes that follow from the token, the token
/// again.
final class TokenFrames {
    static final int HEAD_BYTES = 12;
    static final int TAIL_BYTES = 8;

    private TokenFrames() {}

    static int bytes(int filler) {
        return HEAD_BYTES + filler + TAIL_BYTES;
    }

    static void put(ByteBuffer out, long token, int filler) {
        out.putLong(token).putInt(filler);
        for (int i = 0; i < filler; i++) out.put((byte) (token + i));
        out.putLong(token);
    }

    static byte[] encode(long token, int filler) {
        var all = ByteBuffer.allocate(bytes(filler));
        put(all, token, filler);
        return all.array();
    }
}
