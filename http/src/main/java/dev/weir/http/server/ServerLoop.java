package dev.weir.http.server;

import dev.weir.connection.Lingering;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.codec.RequestReader;
import dev.weir.http.codec.RequestView;
import dev.weir.http.flow.HeadBlocks;
import dev.weir.loop.EventLoop;
import dev.weir.memory.wait.KeptBlocks;
import dev.weir.runtime.LargeHeads;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What the connections of one server share on one loop: recycled exchanges and the date.
///
/// **Threads:** confined to its loop.
/// **Limits:** as many exchanges as were ever in flight at once, so never more than connections.
final class ServerLoop {
    private final ServerContext server;
    private final EventLoop loop;
    private final DateField date;
    private final Lingering lingering;
    private final ChunkScan chunks;
    private final @Nullable KeptBlocks largeHeads;
    private final boolean recycles;
    private final RequestView request = new RequestView();
    private final ArrayDeque<RequestReading> free = new ArrayDeque<>();
    private int inside; // connections that count against the limit
    private int exchanges; // in use and free

    ServerLoop(ServerContext server, EventLoop loop) {
        this.server = server;
        this.loop = loop;
        this.recycles = server.handler().allowsRecycling();
        this.date = new DateField(loop);
        this.lingering = server.settings().lingering(loop, server.loopCount());
        boolean hasLarge = server.settings().limits().bytesMax() > HeadBlocks.HEAD_BYTES_MAX;
        this.largeHeads = hasLarge ? loop.kept(LargeHeads.REQUESTS) : null;
        this.chunks = new ChunkScan(loop, server.settings().limits().ofTrailers());
    }

    ServerContext server() {
        return server;
    }

    /// Whether one exchange serves one request after the other.
    boolean recycles() {
        return recycles;
    }

    long headerNanos() {
        return server.settings().headerTimeout().toNanos();
    }

    long idleNanos() {
        return server.settings().idleTimeout().toNanos();
    }

    long bodyStallNanos() {
        return server.settings().bodyTimeout().toNanos();
    }

    EventLoop loop() {
        return loop;
    }

    ChunkScan chunks() {
        return chunks;
    }

    /// Shows the request's head that lies in `bytes` from `at`; lent until the next call.
    RequestReader request(RequestHead head, ByteBuffer bytes, int at) {
        return request.of(head, bytes, at);
    }

    DateField date() {
        return date;
    }

    Lingering lingering() {
        return lingering;
    }

    /// The blocks for heads that no normal block holds; null when none may be so long.
    @Nullable
    KeptBlocks largeHeads() {
        return largeHeads;
    }

    /// One more connection is inside.
    void came() {
        inside++;
    }

    /// One has left, or lingers from now on.
    void left() {
        inside--;
        // Why: an exchange is charged for each connection inside, and the next one may be another server's.
        if (server.sharesItsLimit() && exchanges > inside && free.pollLast() != null) exchanges--;
    }

    RequestReading take() {
        RequestReading recycled = loop().chance().rarely(ServerPoint.NEW_EXCHANGE_OBJECT) ? null : free.pollLast();
        if (recycled != null) return recycled;
        exchanges++;
        return new RequestReading(this);
    }

    void giveBack(RequestReading reading) {
        // Why: a pending grant would reach the next user of this object, so it is left to the garbage collector.
        if (reading.isFree()) free.addLast(reading);
        else exchanges--;
    }
}
