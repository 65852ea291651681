package dev.weir.connection;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.memory.block.Account;
import dev.weir.memory.block.Buffer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Bytes that one conversation has read and handed over to the next one: they are read before those of the path.
///
/// No poller reports them, so the connection's loop does, in each turn, as long as there are some and input is
/// watched for.
///
/// **Owns:** the block, until its last byte is read or [#release] gives it back.
/// **Threads:** confined to the connection's loop, which may change only when it is empty.
final class EarlyInput {
    private final EventLoop loop;
    private final Runnable told;
    private final Mailbox.Node telling = new Mailbox.Node(this::tell);
    private @Nullable Buffer block;
    private boolean isPosted;

    /// @param block owned by this from now on, and booked on `account`
    /// @param told run by the loop in each turn as long as there are bytes and input is watched for
    EarlyInput(EventLoop loop, Account account, Buffer block, Runnable told) {
        this.loop = loop;
        this.block = block;
        this.told = told;
        block.setAccount(account, loop.nowNanos());
    }

    boolean isEmpty() {
        return block == null;
    }

    int heldBytes() {
        Buffer held = block;
        return held == null ? 0 : held.size().bytes();
    }

    /// Moves as many bytes as fit; at least one when there is room for one.
    int read(ByteBuffer into) {
        Buffer held = block;
        if (held == null) return 0;
        ByteBuffer from = held.bytes();
        int count = Math.min(from.remaining(), into.remaining());
        int limit = from.limit();
        into.put(from.limit(from.position() + count));
        from.limit(limit);
        if (!from.hasRemaining()) release();
        return count;
    }

    /// Lets the loop report it in its next turn; called when input is watched for.
    void tellSoon() {
        if (block != null && !isPosted) isPosted = loop.post(telling);
    }

    private void tell() {
        isPosted = false;
        if (block != null) told.run();
    }

    void release() {
        Buffer held = block;
        block = null;
        if (held != null) held.release();
    }
}
