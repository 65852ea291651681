package dev.weir.gateway;

import static dev.weir.runtime.WeirSettings.CONNECTION_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.gateway.admin.AdminServer;
import dev.weir.gateway.config.ConfigErrorPrinter;
import dev.weir.gateway.config.ConfigReader;
import dev.weir.gateway.config.ExampleConfig;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.forward.Forwarder;
import dev.weir.gateway.request.RequestRecord;
import dev.weir.gateway.tcp.TcpSettings;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.server.ServerSettings;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.wait.FairBy;
import dev.weir.runtime.LargeHeads;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Proves that everything a configuration allows is charged, and that what `check` prints adds up.
final class PlanTest {
    private static final int LOOPS = 8;
    private static final long LEAST_FOR_BLOCKS = 10L << 20;

    @Test
    void theExampleLeavesTenMebibytesForBlocks() {
        WeirSettings settings = Plan.of(read(ExampleConfig.text()));

        assertThat(Weir.plan(settings.withLoops(LOOPS)).slabsBytes()).isGreaterThanOrEqualTo(LEAST_FOR_BLOCKS);
    }

    @Test
    void connectionsExchangesForwardsAndRelaysAreCharged() {
        var config = read("""
                memory: 64MiB
                admin: off
                listeners:
                  - { bind: "127.0.0.1:1", limits: { connections: 100 }, routes: [ { upstream: web } ] }
                  - { bind: "127.0.0.1:2", protocol: tcp, upstream: web, limits: { connections: 100 } }
                  - { bind: "127.0.0.1:3", protocol: tcp, upstream: web, limits: { connections: 10 } }
                upstreams:
                  web: { origins: [ "127.0.0.1:4", "127.0.0.1:5" ], pool: { connections: 8, waiting: 20 } }
                """);

        long fields = HeadLimits.DEFAULT.fieldsBytes();
        long exchange = ServerSettings.EXCHANGE_BYTES + RequestRecord.BYTES + fields;
        int loops = Plan.of(config).loops();
        assertThat(Plan.of(config).charges())
                .containsExactly(
                        line("connections at listener 1, 127.0.0.1:1", 100, CONNECTION_BYTES),
                        line("exchanges at listener 1, 127.0.0.1:1", 100, exchange),
                        line(
                                "lingering at listener 1, 127.0.0.1:1",
                                ServerSettings.lingeringMax(100, loops),
                                CONNECTION_BYTES),
                        line("connections at listener 2, 127.0.0.1:2", 100, CONNECTION_BYTES),
                        line("relays at listener 2, 127.0.0.1:2", 2 * 8 + 20, TcpSettings.RELAY_BYTES),
                        line("connections at listener 3, 127.0.0.1:3", 10, CONNECTION_BYTES),
                        line("relays at listener 3, 127.0.0.1:3", 10, TcpSettings.RELAY_BYTES),
                        line("connections to web", 2 * 8, CONNECTION_BYTES),
                        line("forwards to web", 2 * 8 + 20, Forwarder.EXCHANGE_BYTES + fields));
    }

    @Test
    void adminPagesAndTheirLoopQueriesAreCharged() {
        var config = read("""
                memory: 64MiB
                admin: "127.0.0.1:0"
                listeners: [ { bind: "127.0.0.1:1", routes: [ { upstream: web } ] } ]
                upstreams: { web: { origins: [ "127.0.0.1:4" ] } }
                """);
        WeirSettings settings = Plan.of(config);

        assertThat(settings.charges())
                .contains(line("admin share", 1, AdminServer.SHARE_BYTES))
                .containsAll(AdminServer.charges(settings.loops()).lines());
    }

    @Test
    void refusalsAreChargedWhereTheyAreChosen() {
        var config = read("""
                memory: 64MiB
                admin: off
                listeners:
                  - { bind: "127.0.0.1:1", limits: { connections: 9, beyond: refuse }, upstream: web }
                  - { bind: "127.0.0.1:2", protocol: tcp, limits: { connections: 9, beyond: refuse }, upstream: web }
                upstreams: { web: { origins: [ "127.0.0.1:4" ] } }
                """);

        assertThat(Plan.of(config).charges())
                .contains(line("refusals at listener 1, 127.0.0.1:1", 2 * 64, CONNECTION_BYTES))
                .noneMatch(charge -> charge.purpose().startsWith("refusals at listener 2"));
    }

    @Test
    void starveAfterIsPassedToTheRuntime() {
        var config = read("""
                memory: { budget: 64MiB, starve-after: 700ms }
                listeners: [ { bind: "127.0.0.1:1", routes: [ { upstream: web } ] } ]
                upstreams: { web: { origins: [ "127.0.0.1:4" ] } }
                """);

        assertThat(Plan.of(config).starveAfter()).hasMillis(700);
    }

    @Test
    void fairByIsPassedToTheRuntime() {
        var config = read("""
                memory: { fair-by: address }
                listeners: [ { bind: "127.0.0.1:1", routes: [ { upstream: web } ] } ]
                upstreams: { web: { origins: [ "127.0.0.1:4" ] } }
                """);

        assertThat(Plan.of(config).memory().fairBy()).isEqualTo(FairBy.ADDRESS);
        assertThat(Plan.describe(config)).contains("\nWho waits for memory is served in turn over client addresses.\n");
        assertThat(Plan.of(read(ExampleConfig.text())).memory().fairBy()).isEqualTo(FairBy.ARRIVAL);
        assertThat(Plan.describe(read(ExampleConfig.text()))).doesNotContain("in turn");
    }

    @Test
    void blocksForLargeHeadsAreReservedWhereAListenerAllowsThem() {
        String text = """
                memory: 96MiB
                listeners:
                  - { bind: "127.0.0.1:1", routes: [ { upstream: web } ] }
                  - { bind: "127.0.0.1:2", limits: { header-bytes: 64KiB }, routes: [ { upstream: web } ] }
                upstreams: { web: { origins: [ "127.0.0.1:4" ] } }
                """;

        assertThat(Plan.of(read(text)).largeHeads()).isEqualTo(new LargeHeads(22, 22));
        assertThat(Plan.describe(read(text)))
                .containsPattern("large heads of requests +22 +x +69,?632")
                .containsPattern("large heads of answers +22 +x +69,?632")
                .contains("large head scratch");
        assertThat(Plan.of(read(text.replace("64KiB", "16KiB"))).largeHeads()).isEqualTo(LargeHeads.NONE);
    }

    @Test
    void moreHeaderFieldsChargeMore() {
        assertThat(exchangeBytes(200) - exchangeBytes(100)).isEqualTo(900);
    }

    @Test
    void aBudgetTooSmallForTheLimitsIsRefused() {
        var config = read("""
                memory: 1MiB
                listeners: [ { bind: "127.0.0.1:1", routes: [ { upstream: web } ] } ]
                upstreams: { web: { origins: [ "127.0.0.1:4" ] } }
                """);

        assertThatThrownBy(() -> Plan.describe(config))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("memory: expected a budget of at least ", "found 1,048,576 bytes");
    }

    @Test
    void theSuggestedBudgetAndLimitFit() {
        var file = new StringBuilder(
                "memory: { budget: 64MiB }\nlimits: { connections: 30000 }\nupstreams: { web: { origins: [a:1] } }\nlisteners:\n");
        for (int i = 1; i <= 7; i++) {
            file.append("  - { bind: \"127.0.0.1:").append(i).append("\", upstream: web }\n");
        }
        String text = file.toString();

        var refused = catchThrowableOfType(BudgetTooSmallException.class, () -> Plan.of(read(text)));

        assertThat(refused.remedy()).contains("the largest charges are exchanges at listener 1, 127.0.0.1:1 (");
        String printed = ConfigErrorPrinter.print(
                ConfigReader.refuseMemory("weir.yaml", text, refused.words(), refused.remedy()));
        assertThat(printed).startsWith("weir.yaml:1:19: memory: expected a budget of at least ");
        long mebibytes = number(refused.remedy(), "memory: (\\d+)MiB would fit");
        int connections = (int) number(refused.remedy(), "limits.connections of at most (\\d+) for all listeners");
        assertThat(Plan.fits(read(text.replace("64MiB", mebibytes + "MiB")), mebibytes << 20))
                .isTrue();
        assertThat(Plan.fits(read(text), (mebibytes - 1) << 20)).isFalse();
        assertThat(Plan.fits(read(limited(text, connections)), 64 << 20)).isTrue();
        assertThat(Plan.fits(read(limited(text, connections + 1)), 64 << 20)).isFalse();
    }

    @Test
    void theSuggestedLimitConcernsListenersThatExceedIt() {
        String text = """
                memory: { budget: 64MiB }
                limits: { connections: 20000 }
                listeners:
                  - { bind: "127.0.0.1:1", upstream: web }
                  - { bind: "127.0.0.1:2", upstream: web, limits: { connections: 100 } }
                upstreams: { web: { origins: [ "127.0.0.1:4" ] } }
                """;

        var refused = catchThrowableOfType(BudgetTooSmallException.class, () -> Plan.of(read(text)));

        int connections = (int) number(refused.remedy(), "limits.connections of at most (\\d+) for all listeners");
        assertThat(Plan.fits(read(text.replace("20000", "" + connections)), 64 << 20))
                .isTrue();
        assertThat(Plan.fits(read(text.replace("20000", "" + (connections + 1))), 64 << 20))
                .isFalse();
    }

    private static String limited(String text, int connections) {
        return text.replace("connections: 30000", "connections: " + connections);
    }

    private static long number(String text, String pattern) {
        var found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return Long.parseLong(found.group(1));
    }

    @Test
    void theSumIsPrintedWithItsParts() {
        assertThat(Plan.describe(read(ExampleConfig.text())))
                .contains("exchanges at listener 1", "forwards to web", "relays at listener 2", "67,108,864\n")
                .contains("admin share", "tasks from admin pages", "blocks of access-log lines")
                .contains("requests kept for a retry", "Places in queues, for memory and for connections");
    }

    private static MemoryPlan.Line line(String purpose, long count, long eachBytes) {
        return new MemoryPlan.Line(purpose, count, eachBytes);
    }

    private static long exchangeBytes(int fields) {
        List<MemoryPlan.Line> charges = Plan.of(read("""
                memory: 64MiB
                listeners:
                  - { bind: "127.0.0.1:1", limits: { header-fields: %d }, routes: [ { upstream: web } ] }
                upstreams: { web: { origins: [ "127.0.0.1:4" ] } }
                """.formatted(fields))).charges();
        return charges.get(1).eachBytes();
    }

    private static GatewayConfig read(String text) {
        return switch (ConfigReader.read("test.yaml", text)) {
            case ConfigReader.Read(var config) -> config;
            case ConfigReader.Refused refused -> throw new AssertionError(refused);
        };
    }
}
