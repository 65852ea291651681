package dev.weir.testing;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.transport.Endpoint;
import dev.weir.transport.tcp.SocketAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// A raw path over a real socket that is counted in the test's ledger.
record SocketPath(SocketChannel channel, Entry entry) implements RawPath {
    private static final int RECEIVE_BYTES = 32 * 1024;

    static SocketPath open(Endpoint peer, Ledger ledger) {
        try {
            var channel = SocketChannel.open();
            try {
                // Why: a small window, so that a peer that does not read causes back-pressure soon.
                channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
                channel.connect(SocketAddresses.of(peer));
                return of(channel, ledger, "raw peer to " + peer);
            } catch (IOException | RuntimeException | Error failure) {
                channel.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot connect to " + peer, failure);
        }
    }

    static SocketPath of(SocketChannel channel, Ledger ledger, String owner) throws IOException {
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            // Why: last, when nothing can fail any more.
            return new SocketPath(channel, ledger.open(Kind.SOCKET, owner));
        } catch (IOException | RuntimeException | Error failure) {
            channel.close();
            throw failure;
        }
    }

    @Override
    public int read(ByteBuffer into) {
        try {
            return channel.read(into);
        } catch (IOException broken) {
            return BROKEN;
        }
    }

    @Override
    public int write(ByteBuffer from) {
        try {
            return channel.write(from);
        } catch (IOException broken) {
            return BROKEN;
        }
    }

    @Override
    public void endOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Override
    public void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException ignored) {
            // Why: the path is broken already, as intended.
        }
        close();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            entry.close();
        }
    }
}
