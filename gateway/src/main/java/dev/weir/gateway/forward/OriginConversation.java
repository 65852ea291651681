package dev.weir.gateway.forward;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.flow.Source;
import dev.weir.pool.exclusive.PoolEntry;
import dev.weir.pool.exclusive.Pooled;
import org.jspecify.annotations.Nullable;

/// A connection to an origin: it says nothing of its own, it serves one exchange after another.
///
/// **Threads:** confined to the connection's loop.
final class OriginConversation implements Pooled, Source.OfConnection {
    private final Connection connection;
    private @Nullable ForwardExchange exchange;
    private @Nullable PrivateConnection keeper;
    private boolean clean = true;
    private boolean isPrivate;

    OriginConversation(Connection connection, PoolEntry entry) {
        this.connection = connection;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    void serve(ForwardExchange served) {
        exchange = served;
        clean = false;
    }

    /// The exchange is over; `atBoundary` when nothing of it is left on the connection.
    void leave(boolean atBoundary) {
        exchange = null;
        clean = atBoundary;
    }

    /// From now on it serves the client only whose request it serves now: the origin may take it for logged in.
    void becomePrivate() {
        isPrivate = true;
    }

    boolean isPrivate() {
        return isPrivate;
    }

    /// No request is on it, and `one` keeps it for the next; null when it keeps it no longer.
    void keptBy(@Nullable PrivateConnection one) {
        keeper = one;
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
        else if (keeper != null) keeper.timedOut();
    }

    @Override
    public void closing(CloseReason reason) {
        if (exchange != null) exchange.originClosing(reason);
        else if (keeper != null) keeper.originClosing();
    }

    @Override
    public int heldBytes() {
        return exchange == null ? 0 : exchange.answer().heldBytes();
    }

    @Override
    public int slabBytes() {
        return exchange == null ? 0 : exchange.answer().slabBytes();
    }

    @Override
    public long movedNanos(long ownNanos) {
        return exchange == null ? ownNanos : exchange.answer().movedNanos(ownNanos);
    }
}
