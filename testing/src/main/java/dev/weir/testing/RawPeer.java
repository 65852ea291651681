package dev.weir.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntSupplier;

/// A peer that does exactly what the test tells it, over a real socket or in memory.
///
/// **Owns:** its end of the path, until [#close] or [#reset].
/// **Threads:** confined to the thread of the test.
/// **Waits:** [#send] and the reading methods, while loops turned by hand are turned; at most a bounded number of
/// idle
/// rounds.
/// **Fails:** an [AssertionError] when the path ends or breaks before the script does, or nothing comes any more.
public final class RawPeer implements AutoCloseable {
    private static final int IDLE_ROUNDS_MAX = 1_000;
    private static final int CHUNK_BYTES = 16 * 1024;

    private final RawPath path;
    private final IntSupplier meanwhile;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private byte[] got = new byte[CHUNK_BYTES];
    private int gotCount;
    private boolean closed;

    /// @param meanwhile what happens while nothing can be moved; answers how much it did
    RawPeer(RawPath path, IntSupplier meanwhile) {
        this.path = path;
        this.meanwhile = meanwhile;
    }

    /// How a peer saw the path end.
    public enum Ending {
        /// An end of stream after the last byte.
        ORDERLY,
        /// A reset.
        RESET
    }

    /// What came until the end, and which end it was.
    ///
    /// @param bytes how many bytes came
    public record Rest(int bytes, Ending ending, String text) {}

    /// Sends all of `bytes`.
    public void send(byte[] bytes) {
        int idle = 0;
        for (int sent = 0; sent < bytes.length; ) {
            int count = trySend(bytes, sent);
            if (count == RawPath.BROKEN) throw new AssertionError("the path broke after " + sent + " bytes were sent");
            sent += count;
            idle = waited(count, idle, "the peer's " + (bytes.length - sent) + " bytes were not taken");
        }
    }

    /// Sends all of `text`, one byte for each character.
    public void send(String text) {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Sends from `bytes` what the path takes at once.
    ///
    /// @param from index of the first byte to send
    /// @return how many were taken, 0 when there was no room, negative when the path is broken
    public int trySend(byte[] bytes, int from) {
        chunk.clear()
                .put(bytes, from, Math.min(bytes.length - from, chunk.capacity()))
                .flip();
        return path.write(chunk);
    }

    /// Reads what is there without waiting.
    ///
    /// @param limit how many bytes at most
    /// @return the bytes, none when nothing came yet
    public byte[] readSome(int limit) {
        if (gotCount == 0) readOnce(limit);
        return take(Math.min(limit, gotCount));
    }

    /// Reads exactly `count` bytes.
    public byte[] read(int count) {
        int idle = 0;
        while (gotCount < count) {
            int fresh = readOnce(CHUNK_BYTES);
            if (fresh < 0) {
                throw new AssertionError((fresh == RawPath.END ? "an end" : "a reset") + " came after " + gotCount
                        + " of " + count + " bytes");
            }
            idle = waited(fresh, idle, gotCount + " of " + count + " bytes came");
        }
        return take(count);
    }

    /// Reads exactly `count` bytes as text, one character for each.
    public String readText(int count) {
        return new String(read(count), StandardCharsets.ISO_8859_1);
    }

    /// Reads until the path ends.
    public Rest readToEnd() {
        for (int idle = 0; ; ) {
            int fresh = readOnce(CHUNK_BYTES);
            if (fresh < 0) {
                byte[] all = take(gotCount);
                return new Rest(
                        all.length,
                        fresh == RawPath.END ? Ending.ORDERLY : Ending.RESET,
                        new String(all, StandardCharsets.ISO_8859_1));
            }
            idle = waited(fresh, idle, "no end came, after " + gotCount + " bytes");
        }
    }

    /// Says that no more bytes come; reading goes on.
    public void endOutput() {
        path.endOutput();
    }

    /// Leaves with a reset.
    public void reset() {
        if (!closed) path.reset();
        closed = true;
    }

    /// Leaves; with a reset, as TCP does it, when bytes came that were not read.
    @Override
    public void close() {
        if (!closed) path.close();
        closed = true;
    }

    private int readOnce(int limit) {
        chunk.clear().limit(Math.min(limit, chunk.capacity()));
        int count = path.read(chunk);
        if (count <= 0) return count;
        if (gotCount + count > got.length) got = Arrays.copyOf(got, Math.max(2 * got.length, gotCount + count));
        chunk.flip().get(got, gotCount, count);
        gotCount += count;
        return count;
    }

    private byte[] take(int count) {
        byte[] taken = Arrays.copyOf(got, count);
        System.arraycopy(got, count, got, 0, gotCount - count);
        gotCount -= count;
        return taken;
    }

    private int waited(int moved, int idle, String inVain) {
        if (moved > 0) return 0;
        if (idle >= IDLE_ROUNDS_MAX) throw new AssertionError("waited in vain: " + inVain);
        return meanwhile.getAsInt() > 0 ? 0 : idle + 1;
    }
}
