package dev.weir.laws.pool;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.pool.exclusive.PooledConversation;
import dev.weir.testing.sim.World;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The callers' side of one connection: reads one reply for each request and passes it to the caller that has
/// the lease.
final class CallerSide implements PooledConversation {
    private final World world;
    private final Connection connection;
    private final ByteBuffer head = ByteBuffer.allocate(TokenFrames.HEAD_BYTES);
    private @Nullable Caller caller;
    private boolean isReused;
    private long bytesOutBefore;
    private long token;
    private int left;
    private long tail;
    private boolean inReply;
    private boolean ended;

    CallerSide(World world, Connection connection) {
        this.world = world;
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /// `lease` has it from now on.
    void setCaller(Caller lease, boolean reused) {
        if (caller != null) throw world.broken("I-8", "one connection was lent to two callers");
        if (inReply || head.position() > 0) {
            throw world.broken("P-09", "a connection was lent in the middle of a reply");
        }
        caller = lease;
        isReused = reused;
        bytesOutBefore = connection.traffic().bytesOut();
    }

    /// The lease ends.
    void clearCaller() {
        caller = null;
    }

    @Override
    public boolean isClean() {
        return !ended && !inReply && head.position() == 0;
    }

    @Override
    public void readable() {
        Caller mine = caller;
        if (mine == null) {
            throw world.broken("P-09", "a connection that nobody has borrowed was notified of input");
        }
        if (isReused && connection.traffic().bytesOut() == bytesOutBefore) {
            throw world.broken("H-15", "input was reported before a byte of the request was sent");
        }
        ByteBuffer block = connection.loop().readScratch().clear();
        while (true) {
            int count = connection.read(block.clear());
            if (count == 0) return;
            if (count < 0) {
                ended = true;
                mine.brokeOff(count == Transport.END ? CloseReason.PEER_LEFT : CloseReason.RESET);
                return;
            }
            if (take(block.flip(), mine)) return;
            if (!connection.isOpen() || !connection.isInputReady()) return;
        }
    }

    /// Whether the lease is over.
    private boolean take(ByteBuffer block, Caller mine) {
        while (block.hasRemaining()) {
            if (!inReply) {
                while (head.hasRemaining() && block.hasRemaining()) head.put(block.get());
                if (head.hasRemaining()) return false;
                head.flip();
                token = head.getLong();
                int filler = head.getInt();
                head.clear();
                if (filler < 0 || filler > Caller.FILLER_MAX) {
                    ended = true;
                    mine.brokeOff(CloseReason.BROKEN);
                    return true;
                }
                inReply = true;
                left = filler + TokenFrames.TAIL_BYTES;
                tail = 0;
            }
            while (left > 0 && block.hasRemaining()) {
                tail = (tail << 8) | (block.get() & 0xFF);
                left--;
            }
            if (left > 0) return false;
            inReply = false;
            // Why: what follows the reply in the same block makes the connection unfit for another
            // exchange.
            if (block.hasRemaining()) ended = true;
            mine.replied(token, tail);
            return true;
        }
        return false;
    }

    @Override
    public void writable() {
        if (caller != null) caller.writes();
    }

    @Override
    public void timedOut() {
        if (caller != null) caller.tookTooLong();
    }

    @Override
    public void closing(CloseReason reason) {
        ended = true;
        if (caller != null) caller.brokeOff(reason);
    }

    @Override
    public void ended(CloseReason reason) {
        if (connection.isOpen()) throw world.broken("I-5", "a connection was notified of its end and is open");
    }
}
