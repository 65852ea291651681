package dev.weir.testing.sim.net;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/// A peer outside of Weir: it does what its script says, at the other end of a connection. The peers of a
/// scenario offer bytes and look at what has arrived; a script sends and expects, and can stop the path
/// under both.
///
/// **Owns:** its end, until [#close] or [#reset].
/// **Threads:** confined to its world.
/// **Waits:** never waits. What a script sends or expects lets everybody act meanwhile; no time passes.
/// **Fails:** an [AssertionError] when nothing can happen any more and what was expected did not, or when
/// something else came.
public final class SimPeer {
    private static final int SHOWN_BYTES_MAX = 200;

    private final NetworkWorld world;
    private final Traffic traffic;
    private final SimEnd end;
    private byte[] got = new byte[64];
    private int gotFrom;
    private int gotTo;
    private int sliceBytes;

    SimPeer(NetworkWorld world, Traffic traffic, SimEnd end) {
        this.world = world;
        this.traffic = traffic;
        this.end = end;
    }

    // ---- a script

    /// From now on what this sends arrives in pieces, each of which is acted upon before the next arrives.
    ///
    /// @param bytes how long a piece is; 0 for everything at once
    public SimPeer slices(int bytes) {
        if (bytes < 0) throw new IllegalArgumentException("bytes must be at least 0, was " + bytes);
        sliceBytes = bytes;
        return this;
    }

    /// Sends all of `bytes`.
    public SimPeer send(byte[] bytes) {
        int piece = sliceBytes == 0 ? bytes.length : sliceBytes;
        boolean isStuck = false;
        for (int from = 0; from < bytes.length; ) {
            int count = send(bytes, from, Math.min(bytes.length, from + piece));
            if (count < 0) throw new AssertionError("the path broke after " + from + " bytes were sent");
            if (count == 0 && isStuck) throw new AssertionError((bytes.length - from) + " bytes were not taken");
            isStuck = count == 0;
            from += count;
            if (sliceBytes > 0 || from < bytes.length) world.settle();
        }
        return this;
    }

    /// Sends all of `text`, one byte for each character.
    public SimPeer send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Reads as many bytes as `text` has characters, and they must be these. What comes behind stays on the
    /// path.
    public SimPeer expect(String text) {
        String came = read(text.length());
        if (!came.equals(text)) throw new AssertionError("expected '" + text + "', but '" + came + "' came");
        return this;
    }

    /// Reads as many bytes, and they must be these.
    public SimPeer expect(byte[] bytes) {
        byte[] came = read(bytes.length).getBytes(StandardCharsets.ISO_8859_1);
        int at = Arrays.mismatch(bytes, came);
        if (at < 0) return this;
        throw new AssertionError("expected " + bytes.length + " bytes; the one at index " + at + " should be "
                + (bytes[at] & 0xFF) + " and is " + (came[at] & 0xFF));
    }

    /// Reads exactly `count` bytes and takes no more from the path: one character for each.
    public String read(int count) {
        for (int idle = 0; received() < count; idle++) {
            int fresh = receive(count - received());
            if (fresh > 0) idle = 0;
            else if (idle > 1) throw new AssertionError("expected " + count + " bytes, but " + whatCame() + " came");
            else world.settle();
        }
        String came = text(0, count);
        consume(count);
        return came;
    }

    /// Reads up to `last` and including it; what came behind it is read later.
    ///
    /// @param last such as the end of a line
    public String readUntil(String last) {
        for (int idle = 0; ; idle++) {
            int at = text(0, received()).indexOf(last);
            if (at >= 0) return read(at + last.length());
            if (receive(Integer.MAX_VALUE) > 0) idle = 0;
            else if (idle > 1) throw new AssertionError("expected '" + last + "', but " + whatCame() + " came");
            else world.settle();
        }
    }

    /// Nothing has come, not even an end.
    public SimPeer expectNothing() {
        world.settle();
        if (receive() > 0 || hasEnded() || isBroken()) {
            throw new AssertionError("expected nothing, but " + whatCame() + " came");
        }
        return this;
    }

    /// Nothing comes while `time` passes, not even an end.
    public SimPeer expectNothing(Duration time) {
        world.pass(time.toNanos());
        return expectNothing();
    }

    /// Nothing more comes but an orderly end.
    public void expectEnd() {
        world.settle();
        if (receive() > 0 || !hasEnded()) throw new AssertionError("expected an end, but " + whatCame() + " came");
    }

    /// Nothing more comes but a reset.
    public void expectReset() {
        world.settle();
        if (receive() > 0 || !isBroken()) throw new AssertionError("expected a reset, but " + whatCame() + " came");
    }

    /// The path stands still in both directions, and nobody is told: what is sent, an end or a reset stays
    /// on its way until [#thaw].
    public SimPeer freeze() {
        traffic.freeze(end.in());
        traffic.freeze(end.out());
        return this;
    }

    /// What stayed on its way arrives.
    public SimPeer thaw() {
        traffic.thaw(end.in());
        traffic.thaw(end.out());
        return this;
    }

    private String whatCame() {
        String bytes =
                received() == 0 ? "" : received() + " bytes '" + text(0, Math.min(received(), SHOWN_BYTES_MAX)) + "'";
        String ending = isBroken() ? "a reset" : hasEnded() ? "an end" : "";
        if (bytes.isEmpty()) return ending.isEmpty() ? "nothing" : ending;
        return ending.isEmpty() ? bytes : bytes + " and " + ending;
    }

    // ---- step by step

    /// Sends what there is room for.
    ///
    /// @return how many bytes of `bytes[from, to)` were taken; negative when the path is broken
    public int send(byte[] bytes, int from, int to) {
        if (end.isClosed() || end.out().isEnded() || end.in().hasResetArrived()) return -1;
        int count = end.out().put(bytes, from, to - from);
        traffic.moved("peer sends", end.local().port(), count);
        traffic.addBusy(end.out());
        return count;
    }

    /// Takes in what has arrived; it stays until it is consumed.
    ///
    /// @return how many bytes are there and not consumed
    public int receive() {
        receive(Integer.MAX_VALUE);
        return gotTo - gotFrom;
    }

    /// Takes in at most `limit` bytes of what has arrived and leaves the rest on the path.
    ///
    /// @return how many bytes were taken in now
    public int receive(int limit) {
        int taken = end.isClosed() ? 0 : Math.min(limit, end.in().arrived());
        if (taken == 0) return 0;
        makeRoom(taken);
        gotTo += end.in().take(ByteBuffer.wrap(got, gotTo, taken), taken);
        traffic.moved("peer reads", end.local().port(), taken);
        return taken;
    }

    private void makeRoom(int bytes) {
        int kept = gotTo - gotFrom;
        byte[] target = kept + bytes > got.length ? new byte[Math.max(2 * got.length, kept + bytes)] : got;
        System.arraycopy(got, gotFrom, target, 0, kept);
        got = target;
        gotFrom = 0;
        gotTo = kept;
    }

    /// The byte at `index` of what was received and not consumed.
    public byte at(int index) {
        if (index >= gotTo - gotFrom) throw new IndexOutOfBoundsException(index);
        return got[gotFrom + index];
    }

    /// What was received and not consumed, between two indexes, as text of one character for each byte.
    public String text(int from, int to) {
        if (to > gotTo - gotFrom) throw new IndexOutOfBoundsException(to);
        return new String(got, gotFrom + from, to - from, StandardCharsets.ISO_8859_1);
    }

    /// How many bytes were received and not consumed.
    public int received() {
        return gotTo - gotFrom;
    }

    /// Consumes bytes from the front of what was received.
    public void consume(int bytes) {
        if (bytes > gotTo - gotFrom) throw new IndexOutOfBoundsException(bytes);
        gotFrom += bytes;
    }

    /// Whether the other side has ended its output and everything before it was received.
    public boolean hasEnded() {
        return !end.isClosed() && end.in().isAtEnd() && !end.in().hasResetArrived();
    }

    /// Whether the connection is broken.
    public boolean isBroken() {
        return !end.isClosed() && end.in().isBroken();
    }

    /// Whether this side has left.
    public boolean hasLeft() {
        return end.isClosed();
    }

    /// Says that no more bytes come, and goes on reading.
    public SimPeer endOutput() {
        end.shutdownOutput();
        return this;
    }

    /// Leaves with a reset.
    public void reset() {
        end.abort();
    }

    /// Leaves; with a reset when bytes arrived that were not received.
    public void close() {
        end.close();
    }

    @Override
    public String toString() {
        return end.toString();
    }
}
