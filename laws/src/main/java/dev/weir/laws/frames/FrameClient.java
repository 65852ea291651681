package dev.weir.laws.frames;

import dev.weir.laws.play.Client;
import dev.weir.protocol.LengthFrame;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.law.ExchangeBook;
import dev.weir.testing.sim.law.ExchangeBook.Outcome;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.testing.sim.net.SimPeer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Sends messages at a pace of its own, one or several at once, and wants each back as it was.
///
/// **Threads:** confined to its world.
final class FrameClient implements Client {
    private static final int TOKEN_BYTES = 8;
    private static final int SMALL_BYTES = 3000;
    private static final int PORTION_BITS = 15;
    private static final int LEAVES_ONCE_IN = 400;

    private final World world;
    private final SimNetwork network;
    private final int port;
    private final int bytesMax;
    private final int portionMax;
    private final int pace;
    private final ArrayDeque<Asked> asked = new ArrayDeque<>();
    private final ArrayDeque<byte[]> leaving = new ArrayDeque<>();
    private int left; // bytes of the first that is leaving
    private @Nullable SimPeer peer;
    private boolean stopped;

    /// A message that is to come back.
    private static final class Asked {
        private final ExchangeBook.Page page;
        private final byte[] frame;

        Asked(ExchangeBook.Page page, byte[] frame) {
            this.page = page;
            this.frame = frame;
        }
    }

    /// @param bytesMax the longest message it sends
    FrameClient(World world, SimNetwork network, int port, int bytesMax) {
        this.world = world;
        this.network = network;
        this.port = port;
        this.bytesMax = bytesMax;
        this.portionMax = 1 << world.chance().below(PORTION_BITS);
        this.pace = 1 + world.chance().below(4);
    }

    @Override
    public boolean isPending() {
        return !asked.isEmpty();
    }

    @Override
    public void stop() {
        stopped = true;
    }

    /// Asks for one message of the longest to come back, over a new connection.
    @Override
    public void begin() {
        go(Outcome.BROKEN);
        begin(bytesMax);
    }

    @Override
    public int act() {
        boolean isHealed = world.faults().isHealed();
        if (!isHealed && world.chance().below(pace) != 0) return 0;
        if (asked.isEmpty()) {
            if (stopped) return 0;
            for (int i = world.chance().below(3); i >= 0; i--) begin(length());
        }
        SimPeer current = peer;
        if (current == null) return come();
        if (current.hasEnded() || current.isBroken()) return go(Outcome.BROKEN);
        if (!isHealed && world.chance().below(LEAVES_ONCE_IN) == 0) return go(Outcome.GIVEN_UP);
        return send(current) + read(current);
    }

    private int length() {
        int most = world.chance().below(2) == 0 ? SMALL_BYTES : bytesMax;
        return TOKEN_BYTES + world.chance().below(most - TOKEN_BYTES + 1);
    }

    private void begin(int bytes) {
        ExchangeBook.Page page = world.exchanges().begin(1);
        ByteBuffer frame = ByteBuffer.allocate(LengthFrame.PREFIX_BYTES + bytes);
        LengthFrame.encodePrefix(frame, bytes);
        frame.putLong(page.token());
        for (int i = 0; frame.hasRemaining(); i++) frame.put((byte) (page.token() + 31L * i));
        asked.add(new Asked(page, frame.array()));
        leaving.add(frame.array());
    }

    private int come() {
        peer = network.dial(port);
        if (peer == null) endAll(Outcome.BROKEN);
        return 1;
    }

    private int send(SimPeer current) {
        byte[] next = leaving.peekFirst();
        if (next == null) return 0;
        int most = world.faults().isHealed() ? next.length : portionMax;
        int sent = current.send(next, left, Math.min(next.length, left + most));
        if (sent <= 0) return 0;
        left += sent;
        if (left == next.length) {
            leaving.removeFirst();
            left = 0;
        }
        return sent;
    }

    private int read(SimPeer current) {
        int fresh = current.receive(world.faults().isHealed() ? Integer.MAX_VALUE : portionMax);
        for (Asked first = asked.peekFirst(); first != null; first = asked.peekFirst()) {
            int bytes = first.frame.length;
            if (current.received() < bytes) break;
            for (int i = 0; i < bytes; i++) {
                if (current.at(i) == first.frame[i]) continue;
                throw world.broken("I-7", "a message of " + bytes + " bytes came back with another byte at " + i);
            }
            current.consume(bytes);
            asked.removeFirst();
            world.exchanges().end(first.page, Outcome.REPLIED);
        }
        return Math.max(0, fresh);
    }

    private int go(Outcome outcome) {
        SimPeer current = peer;
        peer = null;
        if (current != null) {
            if (world.chance().below(2) == 0) current.reset();
            else current.close();
        }
        endAll(outcome);
        return 1;
    }

    /// Disconnects for good.
    void leave() {
        stopped = true;
        go(Outcome.GIVEN_UP);
    }

    private void endAll(Outcome outcome) {
        leaving.clear();
        left = 0;
        while (!asked.isEmpty()) world.exchanges().end(asked.removeFirst().page, outcome);
    }
}
