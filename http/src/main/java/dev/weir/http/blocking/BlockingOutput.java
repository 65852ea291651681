package dev.weir.http.blocking;

import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.server.Answer;
import dev.weir.http.server.AnswerHead;
import dev.weir.http.server.ClientPath;
import dev.weir.http.server.ExchangeStream;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.CancelReason;
import dev.weir.memory.wait.Waiter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Passes a handler's answer from its arrays to the client: a small whole answer through the loop's scratch,
/// others block by block.
///
/// **Owns:** one block, only while the client takes bytes.
/// **Threads:** confined to the loop while the handler waits for it, else to the handler's thread.
/// **Limits:** one block; 256 KiB a turn.
final class BlockingOutput {
    private static final int ERROR_MIN = 400;
    private static final int BYTES_PER_TURN = 256 * 1024;
    private static final int SIZE_LINE_BYTES = 6; // four digits, because a block has less than 64 KiB, and CR LF
    private static final int CHUNK_END_BYTES = 2;
    private static final byte[] NOTHING = {};
    private static final byte[] LINE_END = HeadEncoder.ascii("\r\n");
    private static final byte[] LAST_CHUNK = HeadEncoder.ascii("0\r\n\r\n");

    private final HandlerBridge owner;
    private final ExchangeStream exchange;
    private final BlockWaiter waiter;
    private @Nullable Buffer block;
    private @Nullable AnswerHead head;
    private byte[] bytes = NOTHING;
    private int from;
    private int to;
    private boolean chunked;
    private boolean last;
    private boolean lastPut;

    BlockingOutput(HandlerBridge owner, ExchangeStream exchange) {
        this.owner = owner;
        this.exchange = exchange;
        this.waiter = new BlockWaiter();
    }

    private final class BlockWaiter extends Waiter {
        BlockWaiter() {
            super(exchange.loop());
        }

        @Override
        protected void granted(Buffer buffer) {
            if (!owner.isWaitingFor(HandlerBridge.Operation.WRITE) || block != null) {
                buffer.release();
                return;
            }
            take(buffer);
            buffer.bytes().clear().limit(0);
            owner.writable();
        }
    }

    // ---- the handler's thread

    /// Sends the head of an answer with its next call of [#send].
    void begin(AnswerHead newHead) {
        head = newHead;
        chunked = newHead.isChunked();
    }

    /// Sends a part and waits until the client's path has taken it. A small whole answer is copied and handed
    /// over without waiting.
    void send(byte[] source, int start, int end, boolean isLast) throws IOException {
        AnswerHead begun = head;
        last = isLast;
        if (begun != null && isSmall(begun, end - start)) {
            bytes = Arrays.copyOfRange(source, start, end);
            from = 0;
            to = end - start;
            owner.handOver();
            return;
        }
        bytes = source;
        from = start;
        to = end;
        owner.call(HandlerBridge.Operation.WRITE);
    }

    private boolean isSmall(AnswerHead begun, int bodyBytes) {
        return last && begun.bytesMax() + bodyBytes <= Answer.BYTES_MAX;
    }

    // ---- the loop

    boolean isWaiting() {
        return waiter.isWaiting();
    }

    void stopWaiting() {
        exchange.loop().pool().cancel(waiter, CancelReason.TIMED_OUT);
    }

    int heldBytes() {
        return block == null ? 0 : block.capacity();
    }

    void release() {
        exchange.loop().pool().cancel(waiter);
        if (block != null) block.release();
        block = null;
        bytes = NOTHING;
        from = to = 0;
    }

    void advance() {
        AnswerHead whole = head;
        if (whole != null && isSmall(whole, to - from)) advanceWhole(whole);
        else advanceByBlocks();
    }

    private void advanceWhole(AnswerHead whole) {
        ByteBuffer out = exchange.output(whole.bytesMax() + (to - from));
        if (out == null) {
            exchange.awaitPeer();
            return;
        }
        int before = out.position();
        putHead(out, whole);
        out.put(bytes, from, to - from);
        exchange.wrote(out.position() - before);
        from = to;
        end();
    }

    private void advanceByBlocks() {
        for (int written = 0; written < BYTES_PER_TURN; ) {
            if (block == null && !acquire()) return;
            Buffer held = block;
            if (held == null) return;
            ByteBuffer out = held.bytes();
            if (!out.hasRemaining()) fill(out);
            int count = exchange.write(out);
            if (count < 0 || out.hasRemaining()) return;
            written += count;
            if (isAllPut()) {
                end();
                return;
            }
            if (!exchange.path().askRoom()) {
                giveBack();
                exchange.awaitPeer();
                return;
            }
        }
        // Why: other connections of this loop get their turn, and the block, before this answer goes on.
        giveBack();
        owner.askAgain();
    }

    private boolean acquire() {
        ClientPath path = exchange.path();
        if (waiter.isWaiting()) return false;
        if (!path.askRoom()) {
            exchange.awaitPeer();
            return false;
        }
        var loop = exchange.loop();
        waiter.setAccount(path.account());
        waiter.setAddress(exchange.client().peerKey());
        Buffer fresh = loop.pool().acquire(waiter, BlockSize.NORMAL, Urgency.HANDLE, loop.index(), "handler output");
        if (fresh == null) {
            exchange.awaitMemory();
            return false;
        }
        fresh.bytes().clear().limit(0);
        take(fresh);
        return true;
    }

    private void take(Buffer fresh) {
        fresh.setAccount(exchange.path().account(), exchange.loop().nowNanos());
        block = fresh;
    }

    private boolean isAllPut() {
        return from == to && (!last || !chunked || lastPut);
    }

    private void fill(ByteBuffer out) {
        out.clear();
        if (head != null) putHead(out, head);
        int room = out.remaining() - (chunked ? SIZE_LINE_BYTES + CHUNK_END_BYTES + LAST_CHUNK.length : 0);
        int count = Math.min(room, to - from);
        if (count > 0) {
            if (chunked) {
                out.put(Integer.toHexString(count).getBytes(StandardCharsets.US_ASCII))
                        .put(LINE_END);
            }
            out.put(bytes, from, count);
            if (chunked) out.put(LINE_END);
            from += count;
        }
        if (chunked && last && from == to) {
            out.put(LAST_CHUNK);
            lastPut = true;
        }
        out.flip();
    }

    private void putHead(ByteBuffer out, AnswerHead begun) {
        head = null;
        if (begun.endsWithConnection()) exchange.closeAfter();
        exchange.begin(begun.status());
        // Why: a client that writes its whole request before it reads would not take a long answer.
        if (begun.status() >= ERROR_MIN) owner.discardRest();
        begun.put(out, exchange.dateField().bytes(), exchange.persistenceLines());
    }

    private void giveBack() {
        if (block != null) block.release();
        block = null;
    }

    private void end() {
        giveBack();
        bytes = NOTHING;
        from = to = 0;
        exchange.awaitHandler();
        if (last) owner.answered();
        else owner.finished();
    }
}
