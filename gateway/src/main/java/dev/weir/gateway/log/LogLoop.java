package dev.weir.gateway.log;

import dev.weir.gateway.request.RequestRecord;
import dev.weir.http.server.Ending;
import dev.weir.http.server.ServerExchange;
import dev.weir.loop.EventLoop;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.time.Timer;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The log's part on one loop: encodes lines into a block, and queues the block when it is full or old.
///
/// **Owns:** at most one block.
/// **Threads:** confined to its loop.
/// **Waits:** never waits.
final class LogLoop {
    /// The most age of a block's first line before the block is queued.
    static final long AGE_NANOS_MAX = 100_000_000;

    private static final String OWNER = "access log";

    /// The most bytes of a line's keys, numbers, peer and timestamp, without its texts.
    private static final int LINE_BYTES = 700;

    private final EventLoop loop;
    private final LogQueue queue;
    private final LogWriter writer;
    private final AtomicLong linesDropped;
    private final JsonLine line = new JsonLine();
    private final Timer ageing = new Timer(this::handOn);
    private final Runnable closing = this::close; // with its loop
    private @Nullable Buffer block;
    private volatile boolean endsWithLoop;
    private volatile boolean isDone;
    private volatile @Nullable Thread closer; // waits for this to be done
    private boolean closed;

    LogLoop(EventLoop loop, LogQueue queue, LogWriter writer, AtomicLong linesDropped) {
        this.loop = loop;
        this.queue = queue;
        this.writer = writer;
        this.linesDropped = linesDropped;
    }

    void exchangeEnded(ServerExchange exchange) {
        RequestRecord record = exchange.attachment(RequestRecord.KEY);
        ByteBuffer room = room(lineBytesMax(exchange, record));
        if (room == null) {
            linesDropped.incrementAndGet();
            return;
        }
        line.begin(room);
        putRequest(exchange, record);
        putOutcome(exchange, record);
        line.end();
    }

    private static int lineBytesMax(ServerExchange exchange, @Nullable RequestRecord record) {
        int reason = exchange.ending().reason().length() * JsonLine.ESCAPED_BYTES_MAX;
        return LINE_BYTES + reason + (record == null ? 0 : RecordLine.bytesMax(record));
    }

    private void putRequest(ServerExchange exchange, @Nullable RequestRecord record) {
        long agoMillis = (loop.nowNanos() - exchange.startedNanos()) / 1_000_000;
        line.timestamp("at", loop.clock().epochMillis() - agoMillis);
        if (record == null) line.nullValue("id");
        else RecordLine.putId(line, record);
        line.peer(
                "peer",
                exchange.client().peerAddress(),
                exchange.client().peer().port());
        if (record == null) RecordLine.putNoRequest(line);
        else RecordLine.putRequest(line, record);
    }

    private void putOutcome(ServerExchange exchange, @Nullable RequestRecord record) {
        line.number("status", exchange.status());
        if (record == null) RecordLine.putNoOrigin(line);
        else RecordLine.putOrigin(line, record);
        line.number("bytesIn", exchange.bytesIn());
        line.number("bytesOut", exchange.bytesOut());
        line.micros("memoryWaitMicros", exchange.memoryWaitNanos());
        if (record == null) RecordLine.putNoWaits(line);
        else RecordLine.putWaits(line, record);
        line.micros("totalMicros", loop.nowNanos() - exchange.startedNanos());
        Ending ending = exchange.ending();
        line.letters("end", ending.end().who().letter(), ending.phase().letter());
        line.text("reason", ending.reason());
    }

    private @Nullable ByteBuffer room(int bytes) {
        if (closed) return null;
        if (block != null && block.bytes().remaining() < bytes) handOn();
        if (block == null) {
            block = loop.pool().tryAcquire(BlockSize.NORMAL, Urgency.OPTIONAL, loop.index(), OWNER);
            if (block != null) {
                if (!endsWithLoop) loop.atClose(closing);
                endsWithLoop = true;
                block.setAccount(null, loop.nowNanos());
                loop.schedule(ageing, AGE_NANOS_MAX);
            }
        }
        return block == null || block.bytes().remaining() < bytes ? null : block.bytes();
    }

    /// Queues the block for the writer. When the queue is full the block stays, and lines are dropped once it
    /// is full.
    private void handOn() {
        Buffer full = block;
        if (full == null) return;
        ByteBuffer bytes = full.bytes();
        int end = bytes.position();
        bytes.flip();
        if (queue.offer(full)) {
            block = null;
            loop.wheel().cancel(ageing);
            writer.wake();
        } else {
            bytes.limit(bytes.capacity()).position(end);
            loop.schedule(ageing, AGE_NANOS_MAX);
        }
    }

    /// Queues the last block; later lines are dropped.
    void close() {
        closed = true;
        loop.cancelAtClose(closing);
        loop.wheel().cancel(ageing);
        Buffer last = block;
        block = null;
        if (last != null) handOnLast(last);
        isDone = true;
        Thread waiting = closer;
        if (waiting != null) writer.wakeWaiter(waiting);
    }

    private void handOnLast(Buffer last) {
        last.bytes().flip();
        if (queue.offerLast(last)) return;
        linesDropped.addAndGet(LogWriter.lines(last.bytes()));
        last.release();
    }

    /// Whether all its lines are queued, or it never had any; `asking` is woken when that changes.
    boolean isDone(Thread asking) {
        closer = asking;
        return isDone || !endsWithLoop;
    }
}
