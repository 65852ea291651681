package dev.weir.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.ledger.LedgerListener;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.Scene;
import dev.weir.testing.sim.seed.PlannedFailure;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.inmemory.InMemoryNetwork;
import dev.weir.transport.tcp.TcpNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that a socket is closed if its ledger entry fails: each entry of a listener, a connection and both of its
/// ends is refused once, over TCP and over pipes.
@Timeout(60)
final class FailedEntriesTest {
    private static final int TURNS = 200;
    private static final int STEPS_MIN = 3;

    private static final class Refusing implements LedgerListener {
        private final int refused;
        private int seen;

        Refusing(int refused) {
            this.refused = refused;
        }

        @Override
        public void opened(Kind kind, Object what, Object owner) {
            if (what instanceof Entry && ++seen == refused) throw new PlannedFailure(kind + " of " + owner);
        }

        @Override
        public void ended(Kind kind, Object what) {}
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSocketWhoseLedgerEntryFailsIsClosed(boolean isTcp) {
        int refused = 1;
        while (play(new Refusing(refused), isTcp)) refused++;

        assertThat(refused).isGreaterThan(STEPS_MIN);
    }

    /// Whether the entry that is refused was to be written.
    private static boolean play(Refusing refusing, boolean isTcp) {
        var ledger = new Ledger("entries", Clock.system(), refusing);
        Network network = isTcp ? new TcpNetwork(ledger) : new InMemoryNetwork(Clock.system(), ledger, 1024);
        var plan = Weir.plan(WeirSettings.of("entries", 4 << 20).withLoops(1));
        try {
            var group = LoopGroup.open(new LoopGroup.Settings(
                    "entries", 1, LoopGroup.Drive.BY_HAND, Clock.system(), ledger, plan, network::openPoller, 1));
            var transports = new ArrayList<Transport>();
            try {
                connect(network, group.loops().getFirst(), transports);
            } catch (PlannedFailure | TransportException refused) {
                assertThat(refusing.seen).isGreaterThanOrEqualTo(refusing.refused);
            }
            transports.forEach(Transport::close);
            var report = group.close(Deadline.in(Clock.system(), Duration.ofSeconds(5)));
            assertThat(report.survivors()).as("entry " + refusing.refused).isEmpty();
        } catch (PlannedFailure noPoller) {
            assertThat(ledger.survivors()).isEmpty();
        }
        return refusing.seen >= refusing.refused;
    }

    private static void connect(Network network, EventLoop loop, List<Transport> transports) {
        Acceptor acceptor = network.listen(Scene.ANY_PORT, 8, loop, new Acceptor.Listener() {
            @Override
            public void accepted(Transport transport) {
                transports.add(transport);
            }

            @Override
            public void acceptFailed(String why) {}
        });
        loop.atClose(acceptor::close);
        var failed = new ArrayList<String>();
        network.connect(acceptor.local(), loop, new ConnectAttempt.Listener() {
            @Override
            public void connected(Transport transport) {
                transports.add(transport);
            }

            @Override
            public void connectFailed(String why) {
                failed.add(why);
            }
        });
        for (int i = 0; i < TURNS && transports.size() < 2 && failed.isEmpty(); i++) loop.turn(1_000_000);
    }
}
