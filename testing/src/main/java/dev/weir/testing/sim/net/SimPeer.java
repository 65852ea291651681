package dev.weir.testing.sim.net;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/// A scripted peer at the other end of a connection of Weir. Peers of a scenario send bytes and check what has
/// arrived; a script sends and expects, and can freeze the path.
///
/// **Owns:** its end, until [#close] or [#reset].
/// **Threads:** confined to its world.
/// **Waits:** never waits. Sending and expecting let all actors act; no time passes.
/// **Fails:** an [AssertionError] when nothing more can happen and the expected bytes did not arrive, or other
/// bytes did.
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

    /// Sets that sent bytes arrive in pieces; each is processed before the next arrives.
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

    /// Reads as many bytes as `text` has characters and compares them. What comes behind stays on the
    /// path.
    public SimPeer expect(String text) {
        String came = read(text.length());
        if (!came.equals(text)) throw new AssertionError("expected '" + text + "', but '" + came + "' came");
        return this;
    }

    /// Reads as many bytes and compares them.
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

    /// Reads up to `last` and including it; later bytes are read later.
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

    /// Expects that nothing has arrived, not even an end.
    public SimPeer expectNothing() {
        world.settle();
        if (receive() > 0 || hasEnded() || isBroken()) {
            throw new AssertionError("expected nothing, but " + whatCame() + " came");
        }
        return this;
    }

    /// Expects nothing while `time` passes, not even an end.
    public SimPeer expectNothing(Duration time) {
        world.pass(time.toNanos());
        return expectNothing();
    }

    /// Expects an orderly end and no byte before it.
    public void expectEnd() {
        world.settle();
        if (receive() > 0 || !hasEnded()) throw new AssertionError("expected an end, but " + whatCame() + " came");
    }

    /// Expects a reset and no byte before it.
    public void expectReset() {
        world.settle();
        if (receive() > 0 || !isBroken()) throw new AssertionError("expected a reset, but " + whatCame() + " came");
    }

    /// Freezes the path in both directions: bytes, ends and resets stay in transit until [#thaw].
    public SimPeer freeze() {
        traffic.freeze(end.in());
        traffic.freeze(end.out());
        return this;
    }

    /// Ends the freeze: everything in transit arrives.
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

    /// Sends as many bytes as there is room for.
    ///
    /// @return how many bytes of `bytes[from, to)` were taken; negative when the path is broken
    public int send(byte[] bytes, int from, int to) {
        if (end.isClosed() || end.out().isEnded() || end.in().hasResetArrived()) return -1;
        int count = end.out().put(bytes, from, to - from);
        traffic.moved("peer sends", end.local().port(), count);
        traffic.addBusy(end.out());
        return count;
    }

    /// Receives what has arrived; it stays until it is consumed.
    ///
    /// @return how many bytes are there and not consumed
    public int receive() {
        receive(Integer.MAX_VALUE);
        return gotTo - gotFrom;
    }

    /// Receives at most `limit` bytes of what has arrived and leaves the rest on the path.
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

    /// Half-closes the connection; reading goes on.
    public SimPeer endOutput() {
        end.shutdownOutput();
        return this;
    }

    /// Resets the connection.
    public void reset() {
        end.abort();
    }

    /// Closes the connection; with a reset when bytes were not read.
    public void close() {
        end.close();
    }

    @Override
    public String toString() {
        return end.toString();
    }
}
