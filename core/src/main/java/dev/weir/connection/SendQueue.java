package dev.weir.connection;

import dev.weir.memory.block.Buffer;
import dev.weir.transport.Transport;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The blocks that wait to be written on one connection, limited in number and bytes.
///
/// **Owns:** the blocks in it, until they are written or [#release] gives them back.
/// **Threads:** confined to the connection's loop.
/// **Limits:** [#BLOCKS_MAX] blocks and [#BYTES_MAX] bytes, and one block while memory is scarce; beyond these
/// [#put] returns false and the producer waits.
final class SendQueue {
    static final int BLOCKS_MAX = 16;
    static final int BYTES_MAX = 256 * 1024;

    private static final int BLOCKS_USUAL = 4;

    private @Nullable ArrayDeque<Buffer> blocks; // Why: made when first needed; most connections never queue a block
    private int bytes;

    boolean isEmpty() {
        return blocks == null || blocks.isEmpty();
    }

    boolean isFull(boolean scarce) {
        int limit = scarce ? 1 : BLOCKS_MAX;
        return (blocks != null && blocks.size() >= limit) || bytes >= BYTES_MAX;
    }

    /// Takes ownership of `buffer` if there is room; otherwise the caller keeps it.
    boolean put(Buffer buffer, boolean scarce) {
        if (isFull(scarce)) return false;
        putRest(buffer);
        return true;
    }

    /// Takes ownership of `buffer` regardless of the limit: the rest of bytes that were accepted already.
    void putRest(Buffer buffer) {
        ArrayDeque<Buffer> queued = blocks;
        if (queued == null) {
            queued = new ArrayDeque<>(BLOCKS_USUAL);
            blocks = queued;
        }
        bytes += buffer.bytes().remaining();
        queued.add(buffer);
    }

    /// Writes until the path takes no more.
    ///
    /// @return bytes written, or [Transport#BROKEN]
    int flush(Transport transport) {
        int written = 0;
        ArrayDeque<Buffer> queued = blocks;
        if (queued == null) return written;
        while (!queued.isEmpty()) {
            Buffer first = queued.peekFirst();
            int count = transport.write(first.bytes());
            if (count < 0) return Transport.BROKEN;
            written += count;
            bytes -= count;
            if (first.bytes().hasRemaining()) return written;
            queued.removeFirst().release();
        }
        return written;
    }

    int heldBytes() {
        int held = 0;
        if (blocks == null) return held;
        for (Buffer block : blocks) held += block.capacity();
        return held;
    }

    void release() {
        ArrayDeque<Buffer> queued = blocks;
        while (queued != null && !queued.isEmpty()) queued.removeFirst().release();
        bytes = 0;
    }
}
