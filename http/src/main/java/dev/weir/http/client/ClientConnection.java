package dev.weir.http.client;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.flow.Source;
import dev.weir.pool.exclusive.PoolEntry;
import dev.weir.pool.exclusive.PooledConversation;
import org.jspecify.annotations.Nullable;

/// The conversation on a connection to an origin: it sends nothing by itself and serves one exchange after another.
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

    /// What keeps a connection while it serves no exchange, instead of the pool.
    ///
    /// **Threads:** confined to the connection's loop.
    public interface Keeper {
        /// The connection's deadline has passed.
        void keptTimedOut();

        /// The connection is being closed.
        void keptClosing();
    }

    /// Makes the conversation of `connection`; this constructor is an [dev.weir.pool.exclusive.Opener].
    ///
    /// @param entry its place in a pool
    public ClientConnection(Connection connection, PoolEntry entry) {
        this.connection = connection;
        this.entry = entry;
    }

    /// The conversation of the connection in `entry`, whose pool opens connections with this class.
    public static ClientConnection of(PoolEntry entry) {
        return (ClientConnection) entry.conversation();
    }

    @Override
    public Connection connection() {
        return connection;
    }

    /// Reserves it for the user whose request it serves now, because the origin may have authenticated the
    /// connection.
    public void becomePrivate() {
        connection.loop().requireCurrent();
        isPrivate = true;
    }

    /// Whether it serves one user only.
    public boolean isPrivate() {
        connection.loop().requireCurrent();
        return isPrivate;
    }

    /// Sets what keeps the connection until its next request, while it serves none; null for the pool.
    public void setKeeper(@Nullable Keeper one) {
        connection.loop().requireCurrent();
        keeper = one;
    }

    PoolEntry entry() {
        return entry;
    }

    /// Whether it had served another exchange before the current one.
    boolean isReused() {
        return reused;
    }

    void serve(ClientExchange served, boolean wasUsed) {
        exchange = served;
        reused = wasUsed;
        clean = false;
    }

    /// Ends the exchange. `atBoundary` says that nothing of it is left on the connection.
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
