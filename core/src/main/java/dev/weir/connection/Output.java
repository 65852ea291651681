package dev.weir.connection;

import dev.weir.loop.EventLoop;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.time.RarePoint;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The writing half of one connection: what is encoded in the loop's scratch, what is queued, what a
/// short write left.
///
/// There are two ways: [#scratch] is encoded into and leaves with one write at the turn's end; [#write] writes
/// from a block the caller keeps. What a short write of the first leaves gets its own block.
///
/// **Owns:** the blocks of its queue, until they are written or [#release] gives them back.
/// **Threads:** confined to the connection's loop.
/// **Waits:** never waits; [Conversation#writable] is called when the path takes more.
/// **Limits:** one flush a turn; what a short write of the scratch leaves moves to one block.
/// **Fails:** once the connection is closed nothing is done: [Transport#BROKEN], null or false.
public final class Output {
    private static final String OWNER = "output the peer does not take";

    /// So much may be written before room is in doubt: with one block more it is less than a third of the
    /// least a path's own buffer has, and a third is free when the poller tells of room.
    private static final int KNOWN_ROOM_BYTES = 16 * 1024;

    private final Connection connection;
    private final Transport transport;
    private final SendQueue queue = new SendQueue();
    private final EventLoop.TurnEnd flushing = this::turnEnds;
    private boolean blocked;
    private boolean asking;
    private boolean sparing;
    private long unproven; // bytes written since the path was last known to have room
    private boolean ends;
    private boolean ended;

    Output(Connection connection, Transport transport) {
        this.connection = connection;
        this.transport = transport;
    }

    /// Whether the path's readiness is to be watched for: it took less than it was given, or room is in
    /// doubt.
    boolean isWatched() {
        return blocked || asking;
    }

    /// What there is room for, as far as is known: a look, which changes nothing.
    public Room room() {
        if (!isWritable()) return Room.BLOCKED;
        return asking ? Room.ASKED : Room.FREE;
    }

    /// Whether more may be read for it, or a block taken, or written: one more block would leave whole, as far
    /// as is known. If not, [Conversation#writable] is called when it may. In doubt, when memory is scarce, the
    /// poller is asked: a block that leaves whole is never held for a peer that does not read.
    public boolean askRoom() {
        if (room() != Room.FREE) return false;
        if (unproven < KNOWN_ROOM_BYTES) return true;
        boolean scarce = isScarce();
        if (!scarce && !rarely(ConnectionPoint.ROOM_DOUBTED)) return true;
        if (scarce) spare();
        asking = true;
        connection.updateInterest();
        return false;
    }

    // Why: what a peer does not read fills the system's memory next, megabytes for each; when that is used up the
    // system tells of room that is not there.
    private void spare() {
        if (!sparing) transport.limitSendBuffer();
        sparing = true;
    }

    boolean isWritable() {
        return !blocked && queue.isEmpty();
    }

    int heldBytes() {
        return queue.heldBytes();
    }

    /// Room to encode what leaves at the end of this turn.
    ///
    /// @param bytes how much room is needed, at most [Connection#OUTPUT_BYTES_MAX]; what does not fit is written in
    ///     pieces
    /// @throws IllegalArgumentException when more is asked for, or less than nothing
    /// @return the loop's scratch with at least so much room behind its position, lent until the turn's end;
    ///     null when output still waits for the peer, or when closed: wait for [Conversation#writable]
    public @Nullable ByteBuffer scratch(int bytes) {
        if (bytes < 0 || bytes > Connection.OUTPUT_BYTES_MAX) {
            throw new IllegalArgumentException("output has room for 0 to " + Connection.OUTPUT_BYTES_MAX
                    + " bytes at once, and was asked for " + bytes);
        }
        if (connection.isClosed() || !isWritable()) return null;
        EventLoop loop = connection.loop();
        ByteBuffer scratch = loop.claimWriteScratch(flushing);
        if (connection.isClosed()) return null;
        if (scratch.position() + bytes > Connection.OUTPUT_BYTES_MAX || rarely(ConnectionPoint.SCRATCH_EARLY)) {
            turnEnds();
            if (connection.isClosed() || !isWritable()) return null;
            scratch = loop.claimWriteScratch(flushing);
        }
        return scratch.limit(Connection.OUTPUT_BYTES_MAX);
    }

    /// Writes from `block` at once, after anything encoded in the scratch.
    ///
    /// @return bytes written, 0 when the path takes none now; [Conversation#writable] is called when it
    ///     takes more. [Transport#BROKEN] when the path is broken: the caller closes the connection
    public int write(ByteBuffer block) {
        flushScratch();
        if (connection.isClosed()) return Transport.BROKEN;
        if (!isWritable()) return 0;
        int count = put(block, ConnectionPoint.WRITE_HALF);
        // Why: the caller may still want to read what the peer said before it broke the path, and closes
        // then.
        if (count < 0) return Transport.BROKEN;
        wrote(count);
        if (block.hasRemaining()) block();
        return count;
    }

    /// Queues a whole block; it leaves at the end of the turn.
    ///
    /// @param buffer taken over when the answer is true
    /// @return false when the queue is full or the connection closed: the caller keeps the buffer
    public boolean send(Buffer buffer) {
        flushScratch();
        if (connection.isClosed() || !queue.put(buffer, isScarce())) return false;
        buffer.setAccount(connection, connection.loop().nowNanos());
        connection.loop().atTurnEnd(flushing);
        return true;
    }

    /// Tells the peer that no more bytes come, once what is queued has left; reading goes on.
    public void end() {
        flushScratch();
        if (connection.isClosed()) return;
        ends = true;
        if (queue.isEmpty()) shut();
    }

    void release() {
        connection.loop().releaseWriteScratch(flushing);
        queue.release();
    }

    /// The path takes more: so much as the poller waits for before it tells.
    void ready() {
        unproven = 0;
        goOn();
    }

    /// Tries a rest, or one block, though nobody told of room: the poller tells late, when much is free.
    ///
    /// @return whether a byte has moved, or it turned out that nothing waits for room
    public boolean retryWrite() {
        if (connection.isClosed()) return false;
        if (room() == Room.FREE) return false;
        long before = connection.traffic().bytesOut();
        if (!blocked) unproven = 0;
        goOn();
        return connection.traffic().bytesOut() > before || (!connection.isClosed() && room() == Room.FREE);
    }

    private void goOn() {
        asking = false;
        blocked = false;
        if (flushQueue()) connection.outputLeft(true);
    }

    /// Writes what was encoded in the scratch; false when the connection died of it.
    boolean flushScratch() {
        ByteBuffer scratch = connection.loop().releaseWriteScratch(flushing);
        if (scratch == null || !scratch.hasRemaining() || connection.isClosed()) return !connection.isClosed();
        int count = put(scratch, ConnectionPoint.SCRATCH_HALF);
        if (count < 0) {
            connection.close(CloseReason.RESET);
            return false;
        }
        wrote(count);
        return !scratch.hasRemaining() || keepRest(scratch);
    }

    private void turnEnds() {
        if (connection.isClosed()) return;
        boolean waited = !queue.isEmpty();
        if (flushScratch() && flushQueue()) connection.outputLeft(waited);
    }

    private boolean keepRest(ByteBuffer rest) {
        EventLoop loop = connection.loop();
        Buffer block = null;
        if (rest.remaining() <= BlockSize.SMALL.bytes() && !rarely(ConnectionPoint.REST_IN_NORMAL_BLOCK)) {
            block = loop.pool().tryAcquire(BlockSize.SMALL, Urgency.DRAIN, loop.index(), OWNER);
        }
        if (block == null && !rarely(ConnectionPoint.REST_WITHOUT_BLOCK)) {
            block = loop.pool().tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, loop.index(), OWNER);
        }
        if (block == null) {
            connection.abort(CloseReason.STARVED);
            return false;
        }
        block.bytes().put(rest).flip();
        block.setAccount(connection, loop.nowNanos());
        queue.putRest(block);
        block();
        return true;
    }

    /// Writes what is queued; true when nothing is left.
    private boolean flushQueue() {
        if (queue.isEmpty()) {
            connection.updateInterest();
            return !connection.isClosed();
        }
        if (blocked) return false;
        if (rarely(ConnectionPoint.QUEUE_WAITS)) {
            block();
            return false;
        }
        int count = queue.flush(transport);
        if (count < 0) {
            connection.close(CloseReason.RESET);
            return false;
        }
        wrote(count);
        if (!queue.isEmpty()) {
            block();
            return false;
        }
        connection.updateInterest();
        if (ends) shut();
        return true;
    }

    /// Writes from `bytes` what the path takes, or half of them at most.
    private int put(ByteBuffer bytes, RarePoint half) {
        if (!rarely(half)) return transport.write(bytes);
        int limit = bytes.limit();
        bytes.limit(bytes.position() + bytes.remaining() / 2);
        int count = transport.write(bytes);
        bytes.limit(limit);
        return count;
    }

    private void wrote(int count) {
        unproven += count;
        connection.wrote(count);
    }

    private boolean isScarce() {
        return connection.loop().pool().isScarce();
    }

    private boolean rarely(RarePoint point) {
        return connection.loop().chance().rarely(point);
    }

    private void block() {
        blocked = true;
        connection.updateInterest();
    }

    /// Whether the peer has been told, or will be, that no more bytes come.
    boolean hasEnded() {
        return ends || ended;
    }

    private void shut() {
        ends = false;
        ended = true;
        transport.shutdownOutput();
    }
}
