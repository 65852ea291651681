package dev.weir.http.client;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.flow.Source;
import dev.weir.pool.exclusive.PoolEntry;
import dev.weir.pool.exclusive.PooledConversation;
import org.jspecify.annotations.Nullable;

/// A connection to an origin: it says nothing of its own, it serves one exchange after another.
///
/// **Threads:** confined to the connection's loop.
public final class ClientConnection implements PooledConversation, Source.OfConnection {
    private final Connection connection;
    private final PoolEntry entry;
    private @Nullable ClientExchange exchange;
    private @Nullable Keeper keeper;
    private boolean clean = true;
    private boolean reused;
    private boolean isPrivate;

    /// Who keeps a connection while no exchange is on it, instead of the pool.
    ///
    /// **Threads:** confined to the connection's loop.
    public interface Keeper {
        /// The deadline of the connection has come.
        void keptTimedOut();

        /// The connection is closed.
        void keptClosing();
    }

    /// Makes the client's side of `connection`; an [dev.weir.pool.exclusive.Opener].
    ///
    /// @param entry its place in a pool
    public ClientConnection(Connection connection, PoolEntry entry) {
        this.connection = connection;
        this.entry = entry;
    }

    /// The client's side of the connection in `entry`, which was made by a pool of such.
    public static ClientConnection of(PoolEntry entry) {
        return (ClientConnection) entry.conversation();
    }

    @Override
    public Connection connection() {
        return connection;
    }

    /// From now on it serves the user only whose request it serves now: the origin may take it for logged in.
    public void becomePrivate() {
        connection.loop().requireCurrent();
        isPrivate = true;
    }

    /// Whether it serves one user only.
    public boolean isPrivate() {
        connection.loop().requireCurrent();
        return isPrivate;
    }

    /// No request is on it, and `one` keeps it for the next; null when it keeps it no longer.
    public void setKeeper(@Nullable Keeper one) {
        connection.loop().requireCurrent();
        keeper = one;
    }

    PoolEntry entry() {
        return entry;
    }

    /// Whether it had served before the exchange that it serves now.
    boolean isReused() {
        return reused;
    }

    void serve(ClientExchange served, boolean wasUsed) {
        exchange = served;
        reused = wasUsed;
        clean = false;
    }

    /// The exchange is over; `atBoundary` when nothing of it is left on the connection.
    void leave(boolean atBoundary) {
        exchange = null;
        clean = atBoundary;
        connection.noDeadline();
    }

    @Override
    public boolean isClean() {
        return clean;
    }

    @Override
    public void readable() {
        if (exchange != null) exchange.answerReadable();
    }

    @Override
    public void writable() {
        if (exchange != null) exchange.requestWritable();
    }

    @Override
    public void timedOut() {
        if (exchange != null) exchange.timedOut();
        else if (keeper != null) keeper.keptTimedOut();
    }

    @Override
    public void closing(CloseReason reason) {
        if (exchange != null) exchange.closing(reason);
        else if (keeper != null) keeper.keptClosing();
    }

    @Override
    public int heldBytes() {
        return exchange == null ? 0 : exchange.heldBytes();
    }

    @Override
    public int slabBytes() {
        return exchange == null ? 0 : exchange.slabBytes();
    }

    @Override
    public long movedNanos(long ownNanos) {
        return exchange == null ? ownNanos : exchange.movedNanos(ownNanos);
    }
}
