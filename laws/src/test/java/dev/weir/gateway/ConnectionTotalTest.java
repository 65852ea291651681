package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.ChargeRequest;
import dev.weir.gateway.config.ConfigReader;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.Listener;
import dev.weir.gateway.request.RequestRecord;
import dev.weir.gateway.tcp.TcpSettings;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.server.ServerSettings;
import dev.weir.memory.MemoryPlan;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves how many connections listeners have together, what they are charged for them, and that connections to
/// origins keep their file descriptors. Sums only: nothing is opened.
final class ConnectionTotalTest {
    private static final int MIB = 20;
    private static final long EXCHANGE =
            ServerSettings.EXCHANGE_BYTES + RequestRecord.BYTES + HeadLimits.DEFAULT.fieldsBytes();
    private static final String TWO = """
            memory: 64MiB
            admin: off
            listeners:
              - { bind: "127.0.0.1:1", upstream: web }
              - { bind: "127.0.0.1:2", upstream: web }
            upstreams: { web: { origins: [ "127.0.0.1:4" ] } }
            """;

    private static GatewayConfig read(String text) {
        return switch (ConfigReader.read("test.yaml", text)) {
            case ConfigReader.Read(var config) -> config;
            case ConfigReader.Refused refused -> throw new AssertionError(refused);
        };
    }

    private static ConnectionTotal of(String text, long mebibytes) {
        return ConnectionTotal.of(read(text), mebibytes << MIB);
    }

    private static List<Integer> caps(ConnectionTotal total) {
        return total.config().listeners().stream()
                .map(Listener::connectionsLimit)
                .toList();
    }

    @Test
    void theDefaultIsWhatHalfOfTheBudgetCarriesAtTheDearestListener() {
        long each = ChargeRequest.CONNECTION_BYTES + EXCHANGE;

        assertThat(of(TWO, 8).total()).isEqualTo((4 << MIB) / each);
        assertThat(of(TWO, 64).total()).isEqualTo(Math.min(8000, (32 << MIB) / each));
        assertThat(of(TWO, 1024).total()).isEqualTo(8000);
        assertThat(of(TWO.replace("\"127.0.0.1:2\"", "\"127.0.0.1:2\", protocol: tcp"), 8)
                        .total())
                .isEqualTo((4 << MIB) / each);
        assertThat(caps(of(TWO, 1024))).containsExactly(8000, 8000);
        assertThat(of(TWO, 8).text()).endsWith(" clients of all listeners together (the default)");
    }

    @Test
    void twoListenersWithTheDefaultsOpenWith64Mebibytes() {
        assertThat(Plan.fits(read(TWO), 64L << MIB)).isTrue();
        assertThat(Plan.fits(read(TWO), 16L << MIB)).isTrue();
        assertThat(Plan.of(read(TWO)).charges())
                .extracting(MemoryPlan.Line::purpose)
                .startsWith("connections of all listeners", "exchanges at listener 1, 127.0.0.1:1")
                .doesNotContain("exchanges at listener 2, 127.0.0.1:2", "connections at listener 1, 127.0.0.1:1");
    }

    @Test
    void whatListenersShareIsChargedOnceForTheDearestThatMayBe() {
        var config = read("""
                memory: 64MiB
                limits: { connections: 150 }
                admin: off
                listeners:
                  - { bind: "127.0.0.1:1", protocol: tcp, upstream: web }
                  - { bind: "127.0.0.1:2", limits: { connections: 100 }, upstream: web }
                upstreams: { web: { origins: [ "127.0.0.1:4" ], pool: { connections: 40, waiting: 0 } } }
                """);

        List<MemoryPlan.Line> charges = Plan.of(config).charges();

        assertThat(charges.subList(0, 3))
                .containsExactly(
                        new MemoryPlan.Line("connections of all listeners", 150, ChargeRequest.CONNECTION_BYTES),
                        new MemoryPlan.Line("exchanges at listener 2, 127.0.0.1:2", 100, EXCHANGE),
                        new MemoryPlan.Line("relays at listener 1, 127.0.0.1:1", 40, TcpSettings.RELAY_BYTES));
    }

    @Test
    void thereAreNeverMoreThanTheListenersOwnLimitsAllow() {
        String own = TWO.replace("upstream: web }", "upstream: web, limits: { connections: 70 } }");

        assertThat(of(own, 64).total()).isEqualTo(140);
        assertThat(of(own, 64).warnings(read(own))).isEmpty();
        assertThat(of(own, 64).isDefault()).as("it need not be said").isFalse();
        assertThat(Plan.of(read(own)).charges())
                .extracting(MemoryPlan.Line::purpose)
                .contains("connections at listener 1, 127.0.0.1:1", "connections at listener 2, 127.0.0.1:2");
    }

    @Test
    void theDefaultIsNotLessThanAListenerNames() {
        String named = TWO.replace("1\", upstream: web", "1\", upstream: web, limits: { connections: 9000 }");

        assertThat(of(named, 8).total()).isEqualTo(9000);
        assertThat(caps(of(named, 8))).containsExactly(9000, 9000);
        assertThat(Plan.fits(read(named), 8L << MIB))
                .as("it is refused, not lowered")
                .isFalse();
    }

    @Test
    void aListenerThatNamesMoreThanThereAreForAllIsWarnedOfBothNumbers() {
        String text = "limits: { connections: 60 }\n"
                + TWO.replace("1\", upstream: web", "1\", upstream: web, limits: { connections: 70 }");

        ConnectionTotal total = of(text, 64);

        assertThat(total.total()).isEqualTo(60);
        assertThat(caps(total)).containsExactly(60, 60);
        assertThat(total.warnings(read(text)))
                .containsExactly("listeners[0].limits.connections is 70, and all listeners together have 60: raise "
                        + "limits.connections at the top, or lower this one");
    }

    /// 128 for the program, 64 for the origin, and for each listener a twentieth of its clients who linger.
    @Test
    void theTotalIsLoweredSoThatConnectionsToOriginsKeepTheirDescriptors() {
        GatewayConfig config = read("limits: { connections: 900 }\n" + TWO);
        int loops = Runtime.getRuntime().availableProcessors();

        ConnectionTotal plenty = ConnectionTotal.of(config, 64L << MIB, 128 + 64 + taken(900, loops));
        ConnectionTotal few = ConnectionTotal.of(config, 64L << MIB, 1024);
        ConnectionTotal none = ConnectionTotal.of(config, 64L << MIB, 100);

        assertThat(plenty.total()).isEqualTo(900);
        assertThat(plenty.isLowered()).isFalse();
        assertThat(few.total()).isLessThan(900);
        assertThat(128 + 64 + taken(few.total(), loops)).isLessThanOrEqualTo(1024);
        assertThat(128 + 64 + taken(few.total() + 1, loops)).isGreaterThan(1024);
        assertThat(few.text())
                .isEqualTo(few.total() + " clients of all listeners together, not 900: this process may have 1024 file "
                        + "descriptors (ulimit -n), and origins and the program itself keep 192");
        assertThat(caps(few)).containsExactly(few.total(), few.total());
        assertThat(none.total()).isEqualTo(1);
    }

    private static long taken(int clients, int loops) {
        return clients + 2L * ServerSettings.lingeringMax(clients, loops);
    }
}
