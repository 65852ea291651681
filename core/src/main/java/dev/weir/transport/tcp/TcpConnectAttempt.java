package dev.weir.transport.tcp;

import dev.weir.ledger.Entry;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// One attempt to connect.
final class TcpConnectAttempt implements ConnectAttempt, TcpPoller.Watched {
    private final SocketChannel channel;
    private final Endpoint peer;
    private final EventLoop loop;
    private final Entry entry;
    private final Listener connected;
    private @Nullable SelectionKey key;
    private boolean ended;

    TcpConnectAttempt(SocketChannel channel, Endpoint peer, EventLoop loop, Entry entry, Listener connected) {
        this.channel = channel;
        this.peer = peer;
        this.loop = loop;
        this.entry = entry;
        this.connected = connected;
    }

    TcpConnectAttempt start(DialledAddresses addresses) {
        try {
            TcpTransport.tuned(channel);
            if (channel.connect(addresses.of(peer))) {
                if (!loop.post(new Mailbox.Node(this::finish))) cancel();
            } else {
                key = ((TcpPoller) loop.poller()).watch(channel, SelectionKey.OP_CONNECT, this);
            }
        } catch (IOException | RuntimeException failure) {
            // Why: reported through the mailbox, so that the listener is never called before this method returns.
            var told = new Mailbox.Node(() -> fail(String.valueOf(failure.getMessage())));
            if (!loop.post(told)) cancel();
        }
        return this;
    }

    @Override
    public void found() {}

    @Override
    public void ready(SelectionKey ready) {
        finish();
    }

    private void finish() {
        if (ended) return;
        try {
            if (!channel.finishConnect()) return;
            var transport = TcpTransport.connected(channel, peer, entry);
            ended = true;
            // Why: the transport takes this key over when it is attached.
            if (key != null) key.interestOps(0);
            connected.connected(transport);
        } catch (IOException failure) {
            fail(String.valueOf(failure.getMessage()));
        }
    }

    private void fail(String why) {
        if (ended) return;
        cancel();
        connected.connectFailed(why);
    }

    @Override
    public void cancel() {
        loop.requireCurrent();
        if (ended) return;
        ended = true;
        try {
            channel.close();
        } catch (IOException ignored) {
            // Why: it was never connected.
        }
        loop.afterClosing(entry::close);
    }
}
