package dev.weir.connection;

import dev.weir.loop.EventLoop;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Accepts on loops turned by hand and opens a connection for each.
public final class AcceptingServer implements Acceptor.Listener {
    public final ManualLoops loops;
    public final Connections connections;
    public final List<Connection> opened = new ArrayList<>();
    public final Acceptor acceptor;
    private final Connection.ConversationFactory conversations;
    private final ConnectionOwner owner;
    private final UnaryOperator<Transport> wrapping;

    /// Serves with these conversations.
    public AcceptingServer(ManualLoops loops, Connection.ConversationFactory conversations) {
        this(loops, conversations, ConnectionOwner.NONE);
    }

    /// Serves with an owner that counts the connections.
    public AcceptingServer(ManualLoops loops, Connection.ConversationFactory conversations, ConnectionOwner owner) {
        this(loops, conversations, owner, UnaryOperator.identity());
    }

    /// Serves over wrapped transports.
    ///
    /// @param wrapping makes the transport to use out of the accepted one
    public AcceptingServer(
            ManualLoops loops,
            Connection.ConversationFactory conversations,
            ConnectionOwner owner,
            UnaryOperator<Transport> wrapping) {
        this.loops = loops;
        this.conversations = conversations;
        this.owner = owner;
        this.wrapping = wrapping;
        this.connections = Connections.of(loops.group());
        this.acceptor = loops.network().listen(Scene.ANY_PORT, 2_000, loops.loop(), this);
    }

    @Override
    public void accepted(Transport transport) {
        EventLoop loop = loops.loop();
        var opening = new Connection.Opening(
                ConnectionRole.downstream("serving"), owner, wrapping.apply(transport), conversations);
        opened.add(Connection.open(connections, loop, opening));
    }

    @Override
    public void acceptFailed(String why) {
        throw new AssertionError(why);
    }

    /// Dials and turns until the connection is open.
    public RawPeer dial() {
        int before = opened.size();
        RawPeer peer = loops.dial(acceptor.local());
        loops.turnUntil(() -> opened.size() > before);
        return peer;
    }

    /// The connection that was opened last.
    public Connection last() {
        return opened.getLast();
    }

    /// Closes all connections and the acceptor.
    public void close() {
        acceptor.close();
        for (Connection one : opened) one.close(CloseReason.CLOSED);
        loops.turnUntilQuiet();
    }
}
