package dev.weir.testing;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.transport.Endpoint;
import dev.weir.transport.tcp.SocketAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// Listens with a real socket that no loop watches, for code under test that has threads of its own.
record SocketListener(ServerSocketChannel channel, Endpoint local, Ledger ledger, Entry entry) implements RawListener {
    static SocketListener open(Endpoint address, Ledger ledger) {
        try {
            var channel = ServerSocketChannel.open();
            try {
                channel.configureBlocking(false);
                channel.bind(SocketAddresses.of(address));
                var local = SocketAddresses.endpoint(channel.getLocalAddress());
                return new SocketListener(channel, local, ledger, ledger.open(Kind.SOCKET, "raw acceptor " + local));
            } catch (IOException | RuntimeException | Error failure) {
                channel.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot listen on " + address, failure);
        }
    }

    @Override
    public @Nullable RawPath poll() {
        try {
            SocketChannel came = channel.accept();
            return came == null ? null : SocketPath.of(came, ledger, "raw peer accepted at " + local);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot accept at " + local, failure);
        }
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
