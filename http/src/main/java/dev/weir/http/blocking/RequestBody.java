package dev.weir.http.blocking;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/// A request's body as a stream.
///
/// **Threads:** confined to the handler's thread.
/// **Waits:** for the client, when everything that has arrived was read.
final class RequestBody extends InputStream {
    private final BlockingInput input;
    private final Response response;
    private final byte[] single = new byte[1];

    RequestBody(BlockingInput input, Response response) {
        this.input = input;
        this.response = response;
    }

    @Override
    public int read() throws IOException {
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int count) throws IOException {
        response.requireThread();
        Objects.checkFromIndexSize(from, count, target.length);
        if (count == 0) return 0;
        // Why: a client may wait for output that was written before it sends more.
        if (input.mustWait()) response.flushPending();
        return input.read(target, from, count);
    }

    @Override
    public int available() {
        response.requireThread();
        return input.left();
    }
}
