package dev.weir.gateway.tcp;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.flow.Source;
import dev.weir.pool.exclusive.Opener;
import dev.weir.pool.exclusive.PooledConversation;
import org.jspecify.annotations.Nullable;

/// The origin's connection, which passes its events to its relay.
///
/// **Threads:** confined to its loop.
final class OriginSide implements PooledConversation, Source.OfConnection {
    /// Creates the origin's side of a relay; [#join] sets the relay.
    static final Opener OPENER = (connection, entry) -> new OriginSide(connection);

    private final Connection connection;
    private @Nullable Relay relay;

    OriginSide(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    void join(Relay one) {
        relay = one;
    }

    /// Never clean: the gateway cannot know where a message ends in a stream of bytes.
    @Override
    public boolean isClean() {
        return false;
    }

    @Override
    public void readable() {
        if (relay != null) relay.originReadable();
        else connection.pauseInput();
    }

    @Override
    public void writable() {
        if (relay != null) relay.originWritable();
    }

    @Override
    public void timedOut() {
        connection.close(CloseReason.IDLE);
    }

    @Override
    public void closing(CloseReason reason) {
        if (relay != null) relay.originClosing(reason);
    }

    @Override
    public void ended(CloseReason reason) {
        relay = null;
    }

    @Override
    public int heldBytes() {
        return relay == null ? 0 : relay.down().heldBytes();
    }

    @Override
    public long movedNanos(long ownNanos) {
        return relay == null ? ownNanos : relay.down().movedNanos(ownNanos);
    }
}
