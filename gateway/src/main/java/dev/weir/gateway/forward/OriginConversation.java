package dev.weir.gateway.forward;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.pool.PoolEntry;
import dev.weir.pool.Pooled;
import org.jspecify.annotations.Nullable;

/// A connection to an origin: it says nothing of its own, it serves one exchange after another.
///
/// **Threads:** confined to the connection's loop.
final class OriginConversation implements Pooled {
    private @Nullable ForwardExchange exchange;
    private boolean clean = true;

    OriginConversation(Connection connection, PoolEntry entry) {}

    void serve(ForwardExchange served) {
        exchange = served;
        clean = false;
    }

    /// The exchange is over; `atBoundary` when nothing of it is left on the connection.
    void leave(boolean atBoundary) {
        exchange = null;
        clean = atBoundary;
    }

    @Override
    public boolean isClean() {
        return clean;
    }

    @Override
    public void readable() {
        if (exchange != null) exchange.answer().receive();
    }

    @Override
    public void writable() {
        if (exchange != null) exchange.originWritable();
    }

    @Override
    public void timedOut() {
        if (exchange != null) exchange.overdue().look();
    }

    @Override
    public void closing(CloseReason reason) {
        if (exchange != null) exchange.originClosing(reason);
    }

    @Override
    public void ended(CloseReason reason) {}

    @Override
    public int heldBytes() {
        return exchange == null ? 0 : exchange.answer().heldBytes();
    }

    @Override
    public long movedNanos(long ownNanos) {
        return exchange == null ? ownNanos : exchange.answer().movedNanos(ownNanos);
    }
}
