package dev.weir.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/// A scripted peer over a real socket or in memory: sends and expects bytes, sends in pieces and with pauses,
/// half-closes, closes orderly or with a reset.
///
/// **Owns:** its end of the path, until [#close] or [#reset].
/// **Threads:** confined to the thread of the test, or of its script.
/// **Waits:** every method that sends or reads. Manual loops are turned meanwhile; other threads get time to
/// run. At most about 10 s, or a fixed number of rounds in which nothing happens.
/// **Fails:** an [AssertionError] when the path ends or breaks too early, when unexpected bytes arrive, or when
/// nothing arrives.
public final class RawPeer implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int SHOWN_BYTES_MAX = 200;

    private final RawPath path;
    private final WaitStrategy around;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private byte[] got = new byte[CHUNK_BYTES];
    private int gotCount;
    private boolean closed;

    RawPeer(RawPath path, WaitStrategy around) {
        this.path = path;
        this.around = around;
    }

    /// How the path ended for the peer.
    public enum Ending {
        /// An end of stream after the last byte.
        ORDERLY,
        /// A reset.
        RESET
    }

    /// The bytes until the end, and the kind of end.
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

    /// Sends all of `bytes` in pieces with a pause after each but the last. A manual clock is advanced; else
    /// the calling thread waits.
    ///
    /// @param pieceBytes how long each piece is, at least 1; the last may be shorter
    public void sendSlowly(byte[] bytes, int pieceBytes, Duration pause) {
        if (pieceBytes < 1) throw new IllegalArgumentException("pieceBytes must be at least 1, was " + pieceBytes);
        for (int from = 0; from < bytes.length; from += pieceBytes) {
            if (from > 0) around.pass(pause);
            send(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + pieceBytes)));
        }
    }

    /// Sends all of `text` slowly, one byte for each character.
    public void sendSlowly(String text, int pieceBytes, Duration pause) {
        sendSlowly(text.getBytes(StandardCharsets.ISO_8859_1), pieceBytes, pause);
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

    /// Reads the available bytes without waiting.
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
            idle = waited(readMore(count + " bytes"), idle, gotCount + " of " + count + " bytes came");
        }
        return take(count);
    }

    /// Reads exactly `count` bytes as text, one character for each.
    public String readText(int count) {
        return new String(read(count), StandardCharsets.ISO_8859_1);
    }

    /// Reads as many bytes as `text` has characters and compares them.
    public void expect(String text) {
        String came = readText(text.length());
        if (!came.equals(text)) throw new AssertionError("expected '" + text + "', but '" + came + "' came");
    }

    /// Reads as many bytes and compares them.
    public void expect(byte[] bytes) {
        byte[] came = read(bytes.length);
        int at = Arrays.mismatch(bytes, came);
        if (at >= 0) {
            throw new AssertionError("expected " + bytes.length + " bytes; the one at index " + at + " should be "
                    + (bytes[at] & 0xFF) + " and is " + (came[at] & 0xFF));
        }
    }

    /// Reads up to `last` and including it, one character for each byte; later bytes are read later.
    ///
    /// @param last such as the end of a line
    public String readUntil(String last) {
        byte[] sought = last.getBytes(StandardCharsets.ISO_8859_1);
        int idle = 0;
        for (int from = 0; ; ) {
            int at = indexOf(sought, from);
            if (at >= 0) return new String(take(at + sought.length), StandardCharsets.ISO_8859_1);
            from = Math.max(0, gotCount - sought.length + 1);
            idle = waited(readMore("'" + last + "'"), idle, "'" + last + "' did not come, only " + text());
        }
    }

    /// Expects an orderly end and no byte before it.
    public void expectEnd() {
        expectEnding(Ending.ORDERLY);
    }

    /// Expects a reset and no byte before it; bytes that it overtook are lost, as with TCP.
    public void expectReset() {
        expectEnding(Ending.RESET);
    }

    /// Expects nothing while `time` passes, not even an end.
    public void expectNothing(Duration time) {
        around.pass(time);
        int fresh = readOnce(CHUNK_BYTES);
        if (gotCount > 0) throw new AssertionError("expected nothing, but " + text() + " came");
        if (fresh < 0) throw new AssertionError("expected nothing, but " + ending(fresh) + " came");
    }

    private void expectEnding(Ending expected) {
        Rest rest = readToEnd();
        if (rest.bytes() > 0) throw new AssertionError("expected an end, but '" + rest.text() + "' came before it");
        if (rest.ending() != expected) {
            throw new AssertionError("expected " + expected + " to be the end, but it was " + rest.ending());
        }
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

    /// Half-closes the connection; reading goes on.
    public void endOutput() {
        path.endOutput();
    }

    /// Resets the connection.
    public void reset() {
        if (!closed) path.reset();
        closed = true;
    }

    /// Closes the connection; with a reset, as TCP does, when bytes were not read.
    @Override
    public void close() {
        if (!closed) path.close();
        closed = true;
    }

    private int readMore(String wanted) {
        int fresh = readOnce(CHUNK_BYTES);
        if (fresh < 0) throw new AssertionError(ending(fresh) + " came instead of " + wanted + ", after " + text());
        return fresh;
    }

    private static String ending(int code) {
        return code == RawPath.END ? "an end" : "a reset";
    }

    private String text() {
        if (gotCount == 0) return "nothing";
        return gotCount + " bytes '"
                + new String(got, 0, Math.min(gotCount, SHOWN_BYTES_MAX), StandardCharsets.ISO_8859_1) + "'";
    }

    private int indexOf(byte[] sought, int from) {
        for (int at = from; at + sought.length <= gotCount; at++) {
            if (Arrays.equals(got, at, at + sought.length, sought, 0, sought.length)) return at;
        }
        return -1;
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
        if (idle >= around.idleRoundsMax()) throw new AssertionError("waited in vain: " + inVain);
        return around.goOn() > 0 ? 0 : idle + 1;
    }
}
