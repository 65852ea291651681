package dev.weir.connection;

import dev.weir.loop.EventLoop;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.time.RarePoint;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The writing half of one connection: bytes encoded in the loop's scratch buffer, queued blocks, and the rests of
/// short writes.
///
/// There are two ways to write. Bytes encoded into [#scratch] leave with one write at the end of the turn, and the
/// rest of a short write moves to a block. [#write] writes from a block that the caller keeps.
///
/// **Owns:** the blocks of its queue, until they are written or [#release] gives them back.
/// **Threads:** confined to the connection's loop.
/// **Waits:** never waits; [Conversation#writable] is called when the path takes more.
/// **Limits:** one flush a turn; the rest of a short write of the scratch buffer moves to one block.
/// **Fails:** once the connection is closed its methods do nothing and return [Transport#BROKEN], null or false.
public final class Output {
    private static final String OWNER = "output the peer does not take";

    /// How many bytes may be written after the poller reported room before room is in doubt. The poller reports
    /// room when a third of the path's buffer is free; this number and one block together are less than a third of
    /// the smallest such buffer.
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

    /// Whether to watch for writability: the last write was short, or room is in doubt.
    boolean isWatched() {
        return blocked || asking;
    }

    /// Whether there is room, as far as is known. Changes nothing.
    public Room room() {
        if (!isWritable()) return Room.BLOCKED;
        return asking ? Room.ASKED : Room.FREE;
    }

    /// Whether one more block may be read for this output or written to it: as far as is known, it would leave with
    /// one write. If not, [Conversation#writable] is called when it may. If memory is scarce and room is in doubt,
    /// the poller is asked first, so that no block is held for a peer that does not read.
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

    // Why: output that a peer does not read fills the kernel's memory, megabytes for each connection; when that is
    // used up, the kernel reports room that does not exist.
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

    /// A buffer to encode into; its bytes leave at the end of this turn.
    ///
    /// @param bytes how much room is needed, at most [Connection#OUTPUT_BYTES_MAX]; write longer output in pieces
    /// @throws IllegalArgumentException if `bytes` is negative or larger
    /// @return the loop's scratch buffer with at least `bytes` bytes of room behind its position, lent until the
    ///     end of the turn; null if output still waits for the peer, or if the connection is closed: wait for
    ///     [Conversation#writable]
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

    /// Writes from `block` at once, after the bytes encoded in the scratch buffer.
    ///
    /// @return bytes written; 0 if the path takes none now: [Conversation#writable] is called when it takes more;
    ///     [Transport#BROKEN] if the path is broken: the caller closes the connection
    public int write(ByteBuffer block) {
        flushScratch();
        if (connection.isClosed()) return Transport.BROKEN;
        if (!isWritable()) return 0;
        int count = put(block, ConnectionPoint.WRITE_HALF);
        // Why: the caller may still want to read what the peer sent before it broke the path, and closes then.
        if (count < 0) return Transport.BROKEN;
        wrote(count);
        if (block.hasRemaining()) block();
        return count;
    }

    /// Queues a block; it leaves at the end of the turn.
    ///
    /// @param buffer owned by the connection if this returns true
    /// @return false if the queue is full or the connection is closed: the caller keeps the buffer
    public boolean send(Buffer buffer) {
        flushScratch();
        if (connection.isClosed() || !queue.put(buffer, isScarce())) return false;
        buffer.setAccount(connection, connection.loop().nowNanos());
        connection.loop().atTurnEnd(flushing);
        return true;
    }

    /// Ends the output once queued bytes have left: the peer reads an end of stream. Input is still read.
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

    /// The poller has reported room.
    void ready() {
        unproven = 0;
        goOn();
    }

    /// Tries to write although no room was reported: the poller reports room late, when much is free.
    ///
    /// @return whether a byte has moved, or nothing waits for room any more
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

    /// Writes the scratch buffer; false if that closed the connection.
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

    /// Writes the queue; true if nothing is left.
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

    /// Writes as many of `bytes` as the path takes; at a rare point at most half of them.
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

    /// Whether the output has ended or will end.
    boolean hasEnded() {
        return ends || ended;
    }

    private void shut() {
        ends = false;
        ended = true;
        transport.shutdownOutput();
    }
}
