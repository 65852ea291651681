package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.http.codec.HeadEncoder;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A client's connection: small, because most of them are idle. What a request needs is in the exchange it borrows
/// from its
/// loop with the first byte and gives back with the last.
///
/// **Threads:** confined to the connection's loop.
final class ServerConnection implements Conversation {
    private static final long DRAIN_NANOS = 1_000_000_000L;

    private final ServerLoop loop;
    private final Connection connection;
    private final byte[] peerAddress;
    private @Nullable ServerExchange exchange;

    ServerConnection(ServerLoop loop, Connection connection, InetSocketAddress peer) {
        this.loop = loop;
        this.connection = connection;
        this.peerAddress = HeadEncoder.ascii(text(peer));
    }

    private static String text(InetSocketAddress peer) {
        return peer.isUnresolved() ? peer.getHostString() : peer.getAddress().getHostAddress();
    }

    byte[] peerAddress() {
        return peerAddress;
    }

    Connection connection() {
        return connection;
    }

    boolean isOf(HttpServer server) {
        return loop.server() == server;
    }

    void opened() {
        idle();
    }

    /// The exchange is over and nothing of a next one is here.
    void idle() {
        exchange = null;
        long wait = loop.server().isDraining() ? DRAIN_NANOS : loop.server().idleNanos();
        connection.deadline(connection.loop().nowNanos() + wait);
        connection.resumeInput();
    }

    @Override
    public void readable() {
        ServerExchange current = exchange;
        if (current == null) {
            current = loop.take();
            exchange = current;
            current.begin(this);
        }
        current.readable();
    }

    @Override
    public void writable() {
        if (exchange != null) exchange.writable();
    }

    @Override
    public void timedOut() {
        if (exchange != null) exchange.timedOut();
        else if (loop.server().isDraining()) closeIfIdle();
        else connection.close(CloseReason.IDLE);
    }

    /// An idle connection gets a little time for a request that is on its way already; it is answered and told to
    /// close.
    void drain() {
        if (exchange == null) connection.deadline(connection.loop().nowNanos() + DRAIN_NANOS);
    }

    /// Looks for bytes one last time, then closes an idle connection.
    private void closeIfIdle() {
        if (exchange != null || !connection.isOpen()) return;
        readable();
        if (exchange == null && connection.isOpen()) connection.finish(CloseReason.CLOSED);
    }

    @Override
    public void closing(CloseReason reason) {
        if (exchange != null) exchange.closing(reason);
    }

    @Override
    public void ended(CloseReason reason) {
        if (exchange != null) loop.giveBack(exchange);
        exchange = null;
        loop.server().connectionEnded();
    }

    @Override
    public int heldBytes() {
        return exchange == null ? 0 : exchange.heldBytes();
    }
}
