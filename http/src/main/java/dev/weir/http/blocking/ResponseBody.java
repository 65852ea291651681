package dev.weir.http.blocking;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/// An answer's body as a stream: small pieces are gathered, large ones are sent from the handler's array.
///
/// **Threads:** confined to the handler's thread.
/// **Limits:** gathers [#BUFFER_BYTES].
final class ResponseBody extends OutputStream {
    static final int BUFFER_BYTES = 4 * 1024;

    private final Response response;
    private final long length; // negative: unknown
    private final byte[] gathered = new byte[BUFFER_BYTES];
    private int count;
    private long written;
    private boolean closed;

    ResponseBody(Response response, long length) {
        this.response = response;
        this.length = length;
    }

    @Override
    public void write(int octet) throws IOException {
        if (count == BUFFER_BYTES) flushPending();
        requireRoom(1);
        gathered[count++] = (byte) octet;
    }

    @Override
    public void write(byte[] bytes, int from, int size) throws IOException {
        Objects.checkFromIndexSize(from, size, bytes.length);
        requireRoom(size);
        if (size > BUFFER_BYTES - count) flushPending();
        if (size >= BUFFER_BYTES) {
            response.write(bytes, from, from + size, false);
        } else {
            System.arraycopy(bytes, from, gathered, count, size);
            count += size;
        }
    }

    private void requireRoom(int size) throws IOException {
        response.requireUsable();
        if (closed) throw new IOException("the body was closed");
        if (length >= 0 && written + size > length) {
            throw new IOException("the body was declared with " + length + " bytes and gets more");
        }
        written += size;
    }

    void flushPending() throws IOException {
        response.requireThread();
        if (count == 0) return;
        int sent = count;
        count = 0;
        response.write(gathered, 0, sent, false);
    }

    /// Sends what was written, or only the head if nothing was.
    @Override
    public void flush() throws IOException {
        response.requireUsable();
        int sent = count;
        count = 0;
        response.write(gathered, 0, sent, false);
    }

    @Override
    public void close() throws IOException {
        // Why: first, so that a foreign thread does not take away what the handler has written.
        response.requireThread();
        if (closed) return;
        boolean isLengthAlone = written == 0 && response.mayTellLengthAlone();
        if (length >= 0 && written < length && !isLengthAlone) {
            throw new IOException("the body was declared with " + length + " bytes and got " + written);
        }
        closed = true;
        int sent = count;
        count = 0;
        response.write(gathered, 0, sent, true);
    }
}
