package dev.weir.testing.sim;

/// A peer outside of Weir: it does what its script says, at the other end of a connection.
///
/// **Owns:** its end, until [#close] or [#reset].
/// **Threads:** confined to its world.
/// **Waits:** never waits: it sends what there is room for and reads what has arrived.
public final class SimPeer {
    private final SimNetwork network;
    private final SimEnd end;
    private byte[] got = new byte[64];
    private int gotFrom;
    private int gotTo;

    SimPeer(SimNetwork network, SimEnd end) {
        this.network = network;
        this.end = end;
    }

    /// Sends what there is room for.
    ///
    /// @return how many bytes of `bytes[from, to)` were taken; negative when the path is broken
    public int send(byte[] bytes, int from, int to) {
        if (end.isClosed() || end.out().isEnded() || end.in().hasResetArrived()) return -1;
        int count = end.out().put(bytes, from, to - from);
        network.moved("peer sends", end.local().getPort(), count);
        network.hasNews(end.out());
        return count;
    }

    /// Takes in what has arrived; it stays until it is consumed.
    ///
    /// @return how many bytes are there and not consumed
    public int receive() {
        int arrived = end.isClosed() ? 0 : end.in().arrived();
        if (arrived > 0) {
            makeRoom(arrived);
            gotTo += end.in().take(java.nio.ByteBuffer.wrap(got, gotTo, arrived), arrived);
            network.moved("peer reads", end.local().getPort(), arrived);
        }
        return gotTo - gotFrom;
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
        return new String(got, gotFrom + from, to - from, java.nio.charset.StandardCharsets.ISO_8859_1);
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

    /// Says that no more bytes come.
    public void endOutput() {
        end.shutdownOutput();
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
