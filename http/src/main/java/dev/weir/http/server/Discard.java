package dev.weir.http.server;

import dev.weir.http.flow.Sink;
import java.nio.ByteBuffer;

/// Takes a body that nobody wants, up to a bound.
///
/// **Threads:** confined to its loop.
final class Discard implements Sink {
    static final int BYTES_MAX = 64 * 1024;

    private int taken;

    void begin() {
        taken = 0;
    }

    @Override
    public int take(ByteBuffer bytes) {
        int count = bytes.remaining();
        taken += count;
        if (taken > BYTES_MAX) return GONE;
        bytes.position(bytes.limit());
        return count;
    }

    @Override
    public boolean isReady() {
        return true;
    }
}
