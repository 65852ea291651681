package dev.weir.transport.tcp;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Poller;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Connecting;
import dev.weir.transport.Network;
import java.io.IOException;
import java.net.InetSocketAddress;
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

    /// A network whose sockets `ledger` counts.
    public TcpNetwork(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public Poller openPoller() {
        try {
            return new TcpPoller(Selector.open(), ledger.open(Kind.SOCKET, "selector"));
        } catch (IOException failure) {
            throw TcpTransport.refused("no selector can be opened", failure);
        }
    }

    @Override
    public Acceptor listen(InetSocketAddress address, int backlog, EventLoop loop, Acceptor.Accepted accepted) {
        ServerSocketChannel channel = null;
        try {
            channel = ServerSocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, backlog);
            Entry entry = ledger.open(Kind.SOCKET, "acceptor " + channel.getLocalAddress());
            return new TcpAcceptor(channel, loop, ledger, entry, accepted);
        } catch (IOException | RuntimeException failure) {
            closeQuietly(channel);
            var cause = failure instanceof IOException io ? io : new IOException(failure.getMessage(), failure);
            throw TcpTransport.refused("cannot listen on " + text(address), cause);
        }
    }

    @Override
    public Connecting connect(InetSocketAddress peer, EventLoop loop, Connecting.Connected connected) {
        try {
            return new TcpConnecting(
                            SocketChannel.open(), loop, ledger.open(Kind.SOCKET, "to " + text(peer)), connected)
                    .start(peer);
        } catch (IOException failure) {
            return FailedConnecting.start(String.valueOf(failure.getMessage()), loop, connected);
        }
    }

    private static String text(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static void closeQuietly(@org.jspecify.annotations.Nullable ServerSocketChannel channel) {
        try {
            if (channel != null) channel.close();
        } catch (IOException ignored) {
            // Why: the first failure is the one to tell.
        }
    }
}
