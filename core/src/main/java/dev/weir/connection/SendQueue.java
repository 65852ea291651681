package dev.weir.connection;

import dev.weir.memory.Buffer;
import dev.weir.transport.Transport;
import java.util.ArrayDeque;

/// What waits to be written on one connection, bounded in blocks and bytes.
///
/// **Owns:** the blocks in it, until they are written or [#release] gives them back.
/// **Threads:** confined to the connection's loop.
/// **Limits:** [#BLOCKS_MAX] blocks and [#BYTES_MAX] bytes; beyond either [#put] answers false and the producer
/// waits.
final class SendQueue {
    static final int BLOCKS_MAX = 16;
    static final int BYTES_MAX = 256 * 1024;

    private final ArrayDeque<Buffer> blocks = new ArrayDeque<>(4);
    private int bytes;

    boolean isEmpty() {
        return blocks.isEmpty();
    }

    boolean isFull() {
        return blocks.size() >= BLOCKS_MAX || bytes >= BYTES_MAX;
    }

    /// Takes `buffer` over when there is room; otherwise the caller keeps it.
    boolean put(Buffer buffer) {
        if (isFull()) return false;
        bytes += buffer.bytes().remaining();
        blocks.add(buffer);
        return true;
    }

    /// Takes `buffer` over whatever the limit: the rest of what was accepted already.
    void putRest(Buffer buffer) {
        bytes += buffer.bytes().remaining();
        blocks.add(buffer);
    }

    /// Writes until the path takes no more.
    ///
    /// @return bytes written, or [Transport#BROKEN]
    int flush(Transport transport) {
        int written = 0;
        while (!blocks.isEmpty()) {
            Buffer first = blocks.peekFirst();
            int count = transport.write(first.bytes());
            if (count < 0) return Transport.BROKEN;
            written += count;
            bytes -= count;
            if (first.bytes().hasRemaining()) return written;
            blocks.removeFirst().release();
        }
        return written;
    }

    int heldBytes() {
        int held = 0;
        for (Buffer block : blocks) held += block.capacity();
        return held;
    }

    void release() {
        while (!blocks.isEmpty()) blocks.removeFirst().release();
        bytes = 0;
    }
}
