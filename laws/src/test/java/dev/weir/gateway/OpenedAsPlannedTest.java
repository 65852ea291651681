package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.gateway.config.ConfigReader;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.Upstream;
import dev.weir.gateway.forward.Forwarder;
import dev.weir.gateway.forward.Upstreams;
import dev.weir.gateway.forward.Via;
import dev.weir.gateway.route.RouteTable;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.server.ServerSettings;
import dev.weir.loop.CloseReport;
import dev.weir.loop.LoopGroup;
import dev.weir.memory.MemoryBudget;
import dev.weir.memory.MemoryPlan;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that a gateway takes exactly what its plan charges, line by line, when it is opened: less does not
/// start, and all of it comes back when it is closed. Over real sockets, on ports that the system chooses.
@Balanced
@Timeout(60)
final class OpenedAsPlannedTest {
    private static final GatewayConfig EVERYTHING = read("""
            memory: 64MiB
            admin: "127.0.0.1:0"
            access-log: off
            listeners:
              - { bind: "127.0.0.1:0", limits: { connections: 100, beyond: refuse }, upstream: web }
              - { bind: "127.0.0.1:0", limits: { connections: 70, header-fields: 150 }, upstream: web }
              - { bind: "127.0.0.1:0", limits: { connections: 70, header-fields: 150 }, upstream: web }
              - { bind: "127.0.0.1:0", protocol: tcp, upstream: web, limits: { connections: 30 } }
              - { bind: "127.0.0.1:0", protocol: tcp, upstream: db, limits: { connections: 9, beyond: refuse } }
            upstreams:
              web: { origins: [ "127.0.0.1:4", "127.0.0.1:5" ], pool: { connections: 8, waiting: 20 } }
              db: { origins: [ "127.0.0.1:6" ], pool: { connections: 3, waiting: 2 } }
              unused: { origins: [ "127.0.0.1:7" ] }
            """);

    private static final GatewayConfig SHARED = read("""
            memory: 64MiB
            limits: { connections: 90 }
            admin: off
            access-log: off
            listeners:
              - { bind: "127.0.0.1:0", limits: { connections: 50, beyond: refuse }, upstream: web }
              - { bind: "127.0.0.1:0", limits: { header-fields: 150, connections: 20 }, upstream: web }
              - { bind: "127.0.0.1:0", upstream: web }
              - { bind: "127.0.0.1:0", protocol: tcp, upstream: web }
            upstreams:
              web: { origins: [ "127.0.0.1:4", "127.0.0.1:5" ], pool: { connections: 8, waiting: 20 } }
            """);

    private static Weir open(Scene scene, WeirSettings settings) {
        return Weir.open(settings, LoopGroup.Drive.THREADS, Clock.system(), scene.ledger(), scene.tcp());
    }

    @Test
    void everyChargeOfThePlanIsReservedExactlyAndReleased(Scene scene) {
        everyLineIsTakenAndGivenBack(scene, EVERYTHING);
    }

    @Test
    void everyLineIsTakenWhereListenersShareTheirConnections(Scene scene) {
        everyLineIsTakenAndGivenBack(scene, SHARED);
    }

    private static void everyLineIsTakenAndGivenBack(Scene scene, GatewayConfig config) {
        WeirSettings settings = Plan.of(config);
        Weir weir = open(scene, settings);
        MemoryBudget budget = weir.group().budget();

        Gateway gateway = Gateway.over(weir, config, line -> {});

        for (MemoryPlan.Line line : settings.charges()) {
            assertThat(budget.unreservedBytes(line.purpose()))
                    .as(line.purpose())
                    .isZero();
        }
        assertThat(budget.reservedBytes()).isEqualTo(budget.plan().chargedBytes());
        assertThat(budget.slabsMax())
                .as("no slab has retired for it")
                .isEqualTo(budget.plan().slabs());
        assertThat(gateway.close(Deadline.in(Clock.system(), Duration.ofSeconds(10))))
                .allMatch(CloseReport::isClean);
        assertThat(budget.reservedBytes()).isZero();
    }

    @Test
    void aChargeOneShortPreventsTheStart(Scene scene) {
        WeirSettings settings = Plan.of(EVERYTHING);
        for (int i = 0; i < settings.charges().size(); i++) {
            var charges = new ArrayList<>(settings.charges());
            MemoryPlan.Line line = charges.get(i);
            charges.set(i, new MemoryPlan.Line(line.purpose(), line.count() - 1, line.eachBytes()));

            refuses(scene, with(settings, charges), "'" + line.purpose() + "'");
        }
    }

    @Test
    void aMissingChargePreventsTheStart(Scene scene) {
        WeirSettings settings = Plan.of(EVERYTHING);
        for (int i = 0; i < settings.charges().size(); i++) {
            var charges = new ArrayList<>(settings.charges());
            MemoryPlan.Line missing = charges.remove(i);

            refuses(scene, with(settings, charges), missing.purpose());
        }
    }

    private static void refuses(Scene scene, WeirSettings settings, String said) {
        Weir weir = open(scene, settings.withFixedSlabs());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Gateway.over(weir, EVERYTHING, line -> {}))
                .withMessageContaining(said);
        assertThat(weir.group().budget().reservedBytes()).as(said).isZero();
    }

    @Test
    void aListenerWhoseHeadsAreLargerThanItsForwardsAreChargedForIsRefused(Scene scene) {
        Weir weir = scene.closes(open(scene, Plan.of(EVERYTHING)));
        List<Upstream> web = List.of(EVERYTHING.upstreams().getFirst());
        HeadLimits charged = HeadLimits.DEFAULT;
        Upstreams upstreams = scene.closes(
                Upstreams.open(weir, web, Duration.ofSeconds(5), upstream -> charged.fieldsBytes(), line -> {}));
        RouteTable routes = RouteTable.of(EVERYTHING.listeners().stream()
                .filter(dev.weir.gateway.config.HttpListener.class::isInstance)
                .map(dev.weir.gateway.config.HttpListener.class::cast)
                .findFirst()
                .orElseThrow()
                .routes());
        var usual = ServerSettings.at(Scene.ANY_PORT);
        var larger = usual.withLimits(new HeadLimits(16 * 1024, 101));

        assertThat(new Forwarder(weir.group().loops(), routes, upstreams, usual, Via.OFF).exchangeBytes())
                .isPositive();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Forwarder(weir.group().loops(), routes, upstreams, larger, Via.OFF))
                .withMessageContaining("forwarded to web");
    }

    private static WeirSettings with(WeirSettings settings, List<MemoryPlan.Line> charges) {
        return new WeirSettings(
                settings.name(),
                settings.loops(),
                settings.memoryBytes(),
                settings.connectionsMax(),
                charges,
                settings.memory(),
                settings.largeHeads(),
                settings.starveAfter(),
                settings.network());
    }

    private static GatewayConfig read(String text) {
        return switch (ConfigReader.read("test.yaml", text)) {
            case ConfigReader.Read(var config) -> config;
            case ConfigReader.Refused refused -> throw new AssertionError(refused);
        };
    }
}
