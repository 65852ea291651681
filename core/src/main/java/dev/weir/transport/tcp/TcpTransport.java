package dev.weir.transport.tcp;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.transport.Endpoint;
import dev.weir.transport.ReadinessListener;
import dev.weir.transport.Transport;
import dev.weir.transport.TransportException;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// One TCP connection.
final class TcpTransport implements Transport, TcpPoller.Watched {
    private static final int SEND_BYTES_MIN = 4 * 17 * 1024;
    private static final int SEND_BYTES_SPARED = 128 * 1024;

    private final SocketChannel channel;
    private final Entry entry;
    private final SocketAddress local; // Why: the channel's own object, since it is hardly ever asked for
    private final Endpoint peer;
    private @Nullable SelectionKey key;
    private @Nullable EventLoop loop;
    private @Nullable ReadinessListener readiness;
    private int interest;
    private boolean closed;
    private boolean hasNews;
    private boolean probing;
    private boolean reset;

    private TcpTransport(SocketChannel channel, Ends ends, Entry entry) {
        this.channel = channel;
        this.entry = entry;
        this.local = ends.local;
        this.peer = ends.peer;
    }

    private record Ends(SocketAddress local, Endpoint peer) {}

    /// Takes ownership of an accepted channel. If this throws, the channel is closed and the ledger has no entry.
    static TcpTransport accepted(SocketChannel channel, Ledger ledger, Object owner) throws IOException {
        try {
            var tuned = tuned(channel);
            Ends ends = prepared(tuned, SocketAddresses.endpoint(tuned.getRemoteAddress()));
            // Why: last, when nothing can fail any more; an entry without its transport would never be closed.
            return new TcpTransport(channel, ends, ledger.open(Kind.SOCKET, owner));
        } catch (IOException | RuntimeException | Error failure) {
            closeQuietly(channel);
            throw failure;
        }
    }

    /// Takes ownership of a connected channel and its entry. If this throws, the caller keeps both.
    static TcpTransport connected(SocketChannel channel, Endpoint peer, Entry entry) throws IOException {
        return new TcpTransport(channel, prepared(channel, peer), entry);
    }

    private static Ends prepared(SocketChannel channel, Endpoint peer) throws IOException {
        // Why: a block should nearly always leave with one write; a larger buffer of the kernel stays as it is.
        if (channel.getOption(StandardSocketOptions.SO_SNDBUF) < SEND_BYTES_MIN) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BYTES_MIN);
        }
        return new Ends(channel.getLocalAddress(), peer);
    }

    /// Closes a resource and ignores a failure of that, because the first failure is the one to report.
    static void closeQuietly(Closeable resource) {
        try {
            resource.close();
        } catch (IOException ignored) {
            // Why: see above.
        }
    }

    @Override
    public void attach(EventLoop newLoop, ReadinessListener newReadiness) {
        newLoop.requireCurrent();
        loop = newLoop;
        readiness = newReadiness;
        interest = 0;
        hasNews = false;
        probing = false;
        key = ((TcpPoller) newLoop.poller()).watch(channel, 0, this);
    }

    @Override
    public void detach(Runnable left) {
        if (key == null || loop == null) throw new IllegalStateException(this + " is attached to no loop");
        requireLoop();
        key.cancel();
        key = null;
        readiness = null;
        EventLoop leaving = loop;
        loop = null;
        leaving.afterClosing(left);
    }

    @Override
    public void interest(boolean read, boolean write) {
        requireLoop();
        int wanted = (read ? SelectionKey.OP_READ : 0) | (write ? SelectionKey.OP_WRITE : 0);
        if (wanted == interest || key == null || !key.isValid()) return;
        interest = wanted;
        probing = false;
        key.interestOps(wanted);
    }

    @Override
    public void probe() {
        if (interest != 0 || probing || key == null || loop == null || !key.isValid()) return;
        probing = true;
        // Why: a selector ignores a descriptor with nothing to watch for. A connected channel is never ready to
        // connect; only a hang-up, which is reported as whatever is watched for, makes it ready.
        key.interestOps(SelectionKey.OP_CONNECT);
        ((TcpPoller) loop.poller()).probes(this);
    }

    /// The poll of the probe is over: nothing is watched for any more, because a path with room would end the next
    /// poll at once.
    void probeEnds() {
        if (!probing) return;
        probing = false;
        if (key != null && key.isValid()) key.interestOps(interest);
    }

    @Override
    public boolean isReset() {
        return reset;
    }

    @Override
    public void found() {
        hasNews = true;
    }

    @Override
    public boolean hasPendingReadiness() {
        requireLoop();
        return hasNews;
    }

    @Override
    public void ready(SelectionKey ready) {
        hasNews = false;
        int ops = ready.readyOps();
        if ((ops & SelectionKey.OP_CONNECT) != 0) reset = true;
        if (readiness != null) {
            readiness.ready((ops & SelectionKey.OP_READ) != 0, (ops & SelectionKey.OP_WRITE) != 0);
        }
    }

    @Override
    public int read(ByteBuffer block) {
        requireLoop();
        try {
            return channel.read(block);
        } catch (IOException broken) {
            return BROKEN;
        }
    }

    @Override
    public int write(ByteBuffer block) {
        requireLoop();
        try {
            return channel.write(block);
        } catch (IOException broken) {
            return BROKEN;
        }
    }

    @Override
    public void limitSendBuffer() {
        requireLoop();
        try {
            if (channel.getOption(StandardSocketOptions.SO_SNDBUF) > SEND_BYTES_SPARED) {
                channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BYTES_SPARED);
            }
        } catch (IOException ignored) {
            // Why: the path is broken or keeps its larger buffer; a broken path shows at the next write.
        }
    }

    @Override
    public void acknowledge() {
        requireLoop();
        // Why: only Linux has it; elsewhere the kernel decides when to acknowledge.
        if (!channel.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK)) return;
        try {
            channel.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
        } catch (IOException ignored) {
            // Why: the path is broken; that shows at the next read.
        }
    }

    @Override
    public void shutdownOutput() {
        requireLoop();
        try {
            channel.shutdownOutput();
        } catch (IOException ignored) {
            // Why: the peer has left already; that shows at the next read.
        }
    }

    @Override
    public void close() {
        requireLoop();
        if (closed) return;
        closed = true;
        try {
            channel.close();
        } catch (IOException ignored) {
            // Why: the descriptor is freed even if the last bytes could not be sent.
        }
        if (loop == null) entry.close();
        else loop.afterClosing(entry::close);
    }

    @Override
    public void abort() {
        requireLoop();
        if (closed) return;
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException ignored) {
            // Why: a broken path needs no reset.
        }
        close();
    }

    private void requireLoop() {
        EventLoop attached = loop;
        if (attached != null) attached.requireCurrent();
    }

    @Override
    public Endpoint peer() {
        return peer;
    }

    @Override
    public Endpoint local() {
        return SocketAddresses.endpoint(local);
    }

    @Override
    public String toString() {
        return "tcp " + local() + " to " + peer;
    }

    static SocketChannel tuned(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    static TransportException refused(String what, IOException cause) {
        return new TransportException(what + ": " + cause.getMessage(), cause);
    }
}
