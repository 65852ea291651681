package dev.weir.gateway.forward;

import dev.weir.connection.Connection;
import dev.weir.http.client.ClientConnection;
import dev.weir.http.server.ClientAttachment;
import dev.weir.http.server.ExchangeStream;
import dev.weir.loop.EventLoop;
import dev.weir.pool.Refusal;
import dev.weir.pool.exclusive.Lease;
import dev.weir.pool.exclusive.PoolEntry;
import org.jspecify.annotations.Nullable;

/// A connection to an origin that is private to one client connection, while it carries no request.
///
/// It keeps its slot until others wait for one; then it is closed, except in the first two seconds after a
/// challenge, when its client is expected to continue the handshake.
///
/// **Owns:** the lease of the connection between two requests.
/// **Threads:** confined to the loop of the client's connection.
/// **Limits:** one for each upstream and client connection; kept for the pool's idle time.
/// **Source:** ADR 25.
final class PrivateConnection extends Lease implements ClientAttachment, ClientConnection.Keeper {
    private static final long HANDSHAKE_NANOS = 2_000_000_000L;

    private final EventLoop loop;
    private final RunningUpstream target;
    private final @Nullable ClientAttachment next;
    private @Nullable PoolEntry entry;
    private boolean isInHandshake;

    private PrivateConnection(EventLoop loop, RunningUpstream target, @Nullable ClientAttachment next) {
        super(loop);
        this.loop = loop;
        this.target = target;
        this.next = next;
    }

    /// The private connection of the client of `exchange` to `target`; null when it never had one.
    private static @Nullable PrivateConnection of(ExchangeStream exchange, RunningUpstream target) {
        ClientAttachment one = exchange.client().attachment();
        while (one instanceof PrivateConnection kept) {
            if (kept.target == target) return kept;
            one = kept.next;
        }
        return null;
    }

    /// Lends `lease` the connection that was kept for the client of `exchange`.
    ///
    /// @return null when there is none, or it has ended
    static @Nullable PoolEntry take(ExchangeStream exchange, RunningUpstream target, Lease lease) {
        PrivateConnection kept = of(exchange, target);
        return kept == null || kept.entry == null ? null : kept.lendTo(lease);
    }

    private @Nullable PoolEntry lendTo(Lease lease) {
        PoolEntry lent = entry;
        if (lent == null) return null;
        Connection connection = lent.connection();
        // Why: the check closes and removes it when unexpected bytes have arrived.
        if (!connection.wasQuiet() && connection.read(loop.readScratch().clear()) != 0) {
            close();
            return null;
        }
        entry = null;
        ClientConnection.of(lent).setKeeper(null);
        connection.noDeadline();
        return lease.takeFrom(this) ? lent : null;
    }

    /// Keeps `used`, which `lease` was lent, for the next request of the client of `exchange`.
    ///
    /// @param isInHandshake whether the client is expected to authenticate with its next request
    static void keep(
            PoolEntry used, Lease lease, ExchangeStream exchange, RunningUpstream target, boolean isInHandshake) {
        PrivateConnection keeper = of(exchange, target);
        if (keeper == null) {
            keeper = new PrivateConnection(
                    exchange.loop(), target, exchange.client().attachment());
            exchange.client().attach(keeper);
        }
        if (!lease.passTo(keeper)) return;
        keeper.entry = used;
        keeper.isInHandshake = isInHandshake;
        ClientConnection.of(used).setKeeper(keeper);
        used.connection().resumeInput();
        if (isInHandshake) used.connection().deadline(keeper.loop.nowNanos() + HANDSHAKE_NANOS);
        else keeper.rest();
    }

    private void rest() {
        PoolEntry kept = entry;
        if (kept == null) return;
        isInHandshake = false;
        long idleNanos = Math.min(target.idleNanos(), kept.idleMillisMax() * 1_000_000L);
        kept.connection().deadline(loop.nowNanos() + idleNanos);
        yieldWhenNeeded();
    }

    // ---- its end

    @Override
    public void keptTimedOut() {
        if (isInHandshake) rest();
        else close();
    }

    @Override
    public void keptClosing() {
        close();
    }

    private void close() {
        PoolEntry ending = entry;
        if (ending == null) return;
        entry = null;
        ClientConnection.of(ending).setKeeper(null);
        discard();
    }

    @Override
    public void clientEnded() {
        close();
        if (next != null) next.clientEnded();
    }

    @Override
    protected void endForWaiter() {
        close();
    }

    @Override
    protected void borrowed(PoolEntry lent, boolean reused) {
        throw new IllegalStateException("it borrows nothing from the cache");
    }

    @Override
    protected void refused(Refusal refusal) {
        throw new IllegalStateException("it borrows nothing from the cache");
    }
}
