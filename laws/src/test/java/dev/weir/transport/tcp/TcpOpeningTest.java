package dev.weir.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.loop.LoopGroup;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.Acceptor;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Transport;
import dev.weir.transport.TransportException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that the ledger counts no TCP socket that could not be used. A channel that was closed before fails
/// in the middle, as one does whose peer has reset it.
@Timeout(60)
final class TcpOpeningTest {
    private static final Acceptor.Listener NOBODY = new Acceptor.Listener() {
        @Override
        public void accepted(Transport transport) {
            transport.abort();
        }

        @Override
        public void acceptFailed(String why) {}
    };

    private final Ledger ledger = new Ledger("tcp opening", Clock.system());

    @Test
    void anAcceptedSocketThatFailsIsNotCounted() throws Exception {
        SocketChannel broken = SocketChannel.open();
        broken.close();

        for (int i = 0; i < 100; i++) {
            assertThatIOException().isThrownBy(() -> TcpTransport.accepted(broken, ledger, "accepted"));
        }

        assertThat(ledger.survivors()).isEmpty();
    }

    @Test
    void anAcceptedSocketThatIsNotConnectedIsClosedAndNotCounted() throws Exception {
        try (var door = ServerSocketChannel.open()) {
            door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel client = SocketChannel.open(door.getLocalAddress());
            SocketChannel came = door.accept();
            client.close();
            came.close();

            assertThatIOException().isThrownBy(() -> TcpTransport.accepted(came, ledger, "accepted"));

            assertThat(ledger.survivors()).isEmpty();
        }
    }

    @Test
    void anAttemptOnAClosedLoopIsNotCounted() {
        var network = new TcpNetwork(ledger);
        var plan = Weir.plan(WeirSettings.of("opening", 4 << 20).withLoops(1));
        var group = LoopGroup.open(new LoopGroup.Settings(
                "opening", 1, LoopGroup.Drive.BY_HAND, Clock.system(), ledger, plan, network::openPoller, 1));
        var loop = group.loops().getFirst();
        loop.close();

        network.connect(Endpoint.name("nowhere.invalid", 1), loop, new ConnectAttempt.Listener() {
            @Override
            public void connected(Transport transport) {
                transport.abort();
            }

            @Override
            public void connectFailed(String why) {}
        });
        loop.close();

        assertThat(ledger.balance().live(Kind.SOCKET)).isZero();
        assertThat(group.close(Deadline.in(Clock.system(), Duration.ofSeconds(5)))
                        .isClean())
                .isTrue();
    }

    @Test
    void namesAndPathsAreRefused() {
        var network = new TcpNetwork(ledger);
        var plan = Weir.plan(WeirSettings.of("opening", 4 << 20).withLoops(1));
        var group = LoopGroup.open(new LoopGroup.Settings(
                "opening", 1, LoopGroup.Drive.BY_HAND, Clock.system(), ledger, plan, network::openPoller, 1));
        var loop = group.loops().getFirst();
        var told = new ArrayList<String>();
        for (Endpoint one : List.of(Endpoint.name("localhost", 1), new Endpoint.Unix("/run/weir.sock"))) {
            assertThatExceptionOfType(TransportException.class)
                    .isThrownBy(() -> network.listen(one, 1, loop, NOBODY))
                    .withMessageStartingWith(one + " is a ");
            network.connect(one, loop, new ConnectAttempt.Listener() {
                @Override
                public void connected(Transport transport) {
                    transport.abort();
                }

                @Override
                public void connectFailed(String why) {
                    told.add(why);
                }
            });
        }
        loop.turn(0);

        assertThat(told)
                .containsExactly(
                        "localhost:1 is a name, and TCP takes addresses only: look it up first",
                        "unix:/run/weir.sock is a path of the file system, and TCP takes addresses only");
        loop.close();
        assertThat(ledger.balance().live(Kind.SOCKET)).isZero();
        assertThat(group.close(Deadline.in(Clock.system(), Duration.ofSeconds(5)))
                        .isClean())
                .isTrue();
    }
}
