package dev.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.ledger.LedgerListener;
import dev.weir.testing.sim.seed.PlannedFailure;
import dev.weir.time.Clock;
import dev.weir.transport.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that a raw peer whose entry cannot be written leaves no descriptor: the other side sees its end, and
/// its port is free.
@Timeout(60)
final class FailedPathsTest {
    private static final int PATIENCE_MILLIS = 10_000;

    private boolean refuses = true;
    private final Ledger ledger = new Ledger("paths", Clock.system(), new LedgerListener() {
        @Override
        public void opened(Kind kind, Object what, Object owner) {
            if (refuses) throw new PlannedFailure(kind + " of " + owner);
        }

        @Override
        public void ended(Kind kind, Object what) {}
    });

    @Test
    void aPathWithoutItsEntryIsClosed() throws IOException {
        try (var door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = Endpoint.loopback(door.getLocalPort());
            assertThatThrownBy(() -> SocketPath.open(address, ledger)).isInstanceOf(PlannedFailure.class);

            try (Socket came = door.accept()) {
                came.setSoTimeout(PATIENCE_MILLIS);
                assertThat(came.getInputStream().read()).isNegative();
            }
        }
        assertThat(ledger.survivors()).isEmpty();
    }

    @Test
    void aListenerWithoutItsEntryIsClosedWithItsConnections() throws IOException {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var address = Endpoint.loopback(port);
        assertThatThrownBy(() -> SocketListener.open(address, ledger)).isInstanceOf(PlannedFailure.class);

        refuses = false;
        SocketListener door = SocketListener.open(address, ledger);
        refuses = true;
        try (var client = Sockets.dial(address)) {
            client.setSoTimeout(PATIENCE_MILLIS);
            assertThatThrownBy(() -> polled(door)).isInstanceOf(PlannedFailure.class);
            assertThat(client.getInputStream().read()).isNegative();
        }
        door.close();
        assertThat(ledger.survivors()).isEmpty();
    }

    private static void polled(SocketListener door) {
        for (int look = 0; look < PATIENCE_MILLIS && door.poll() == null; look++) LockSupport.parkNanos(1_000_000);
    }
}
