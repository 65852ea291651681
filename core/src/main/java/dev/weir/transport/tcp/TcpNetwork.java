package dev.weir.transport.tcp;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Poller;
import dev.weir.transport.Acceptor;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// The machine's TCP, over the JDK's selector.
///
/// **Owns:** nothing; what it opens is owned by the caller and counted in the ledger.
/// **Threads:** confined to loops as [Network] says.
public final class TcpNetwork implements Network {
    private final Ledger ledger;
    private final RecentShortage descriptors = new RecentShortage();
    private final DialledAddresses dialled = new DialledAddresses();

    /// A network whose sockets `ledger` counts.
    public TcpNetwork(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public Poller openPoller() {
        try {
            Selector selector = Selector.open();
            try {
                return new TcpPoller(selector, ledger.open(Kind.SOCKET, "selector"));
            } catch (RuntimeException | Error failure) {
                TcpTransport.closeQuietly(selector);
                throw failure;
            }
        } catch (IOException failure) {
            throw TcpTransport.refused("no selector can be opened", failure);
        }
    }

    @Override
    public Acceptor listen(Endpoint address, int backlog, EventLoop loop, Acceptor.Listener accepted) {
        loop.requireCurrent();
        SocketAddress where = SocketAddresses.of(address);
        ServerSocketChannel channel = null;
        Entry entry = null;
        try {
            channel = ServerSocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(where, backlog);
            entry = ledger.open(Kind.SOCKET, "acceptor " + SocketAddresses.endpoint(channel.getLocalAddress()));
            return new TcpAcceptor(channel, loop, new TcpAcceptor.Books(ledger, entry, descriptors), accepted);
        } catch (IOException | RuntimeException | Error failure) {
            if (channel != null) TcpTransport.closeQuietly(channel);
            if (entry != null) entry.close();
            if (failure instanceof Error error) throw error;
            var cause = failure instanceof IOException io ? io : new IOException(failure.getMessage(), failure);
            throw TcpTransport.refused("cannot listen on " + address, cause);
        }
    }

    @Override
    public ConnectAttempt connect(Endpoint peer, EventLoop loop, ConnectAttempt.Listener connected) {
        loop.requireCurrent();
        try {
            String owner = "to " + peer;
            SocketChannel channel = SocketChannel.open(); // the only call here that throws an IOException
            Entry entry = null;
            try {
                entry = ledger.open(Kind.SOCKET, owner);
                // Why: start throws only for lack of memory; it reports any other failure to the listener.
                return new TcpConnectAttempt(channel, peer, loop, entry, connected).start(dialled);
            } catch (RuntimeException | Error failure) {
                TcpTransport.closeQuietly(channel);
                if (entry != null) entry.close();
                throw failure;
            }
        } catch (IOException failure) {
            descriptors.lacked(loop.nowNanos());
            return FailedConnectAttempt.start(String.valueOf(failure.getMessage()), loop, connected);
        }
    }
}
