package dev.weir.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.loop.LoopGroup;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.Reservation;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves which lines the parts of a charge request are taken from, and that a refusal says which number to raise.
@Balanced
final class ChargeRequestTest {
    private static final int LOOPS = 2;
    private static final long EACH = ChargeRequest.CONNECTION_BYTES + ChargeRequest.EXCHANGE_BYTES;

    private static LoopGroup open(Scene scene, WeirSettings settings) {
        return scene.closes(openWeir(scene, settings)).group();
    }

    private static Weir openWeir(Scene scene, WeirSettings settings) {
        return Weir.open(
                settings.withLoops(LOOPS).withFixedSlabs(),
                LoopGroup.Drive.BY_HAND,
                scene.clock(),
                scene.ledger(),
                scene.tcp());
    }

    private static WeirSettings none() {
        return WeirSettings.of("claims", 1 << 20);
    }

    private static MemoryPlan.Line line(String purpose, long count) {
        return new MemoryPlan.Line(purpose, count, ChargeRequest.CONNECTION_BYTES);
    }

    private static ChargeRequest connections(String suffix, int count) {
        return ChargeRequest.of("somebody", suffix)
                .with(ChargeRequest.CONNECTIONS, count, ChargeRequest.CONNECTION_BYTES);
    }

    @Test
    void aPartComesFromTheOwnersLineThenTheKindsThenConnections(Scene scene) {
        LoopGroup group = open(
                scene,
                none().withCharges(List.of(
                        line("links at home", 4), line("links", 3), line(ChargeRequest.CONNECTIONS, 2))));

        Reservation home = ChargeRequest.of("home", " at home")
                .with("links", 4, ChargeRequest.CONNECTION_BYTES)
                .reserve(group);
        Reservation kind = ChargeRequest.of("away", " away")
                .with("links", 3, ChargeRequest.CONNECTION_BYTES)
                .reserve(group);
        Reservation rest = ChargeRequest.of("others", " away")
                .with("ropes", 2, ChargeRequest.CONNECTION_BYTES)
                .reserve(group);

        assertThat(group.budget().unreservedBytes("links at home")).isZero();
        assertThat(group.budget().unreservedBytes("links")).isZero();
        assertThat(group.budget().unreservedBytes(ChargeRequest.CONNECTIONS)).isZero();
        List.of(home, kind, rest).forEach(Reservation::close);
        assertThat(group.budget().reservedBytes()).isZero();
    }

    @Test
    void noLineLendsToAnother(Scene scene) {
        LoopGroup group = open(
                scene,
                none().withCharges(List.of(line("connections to web", 4), line(ChargeRequest.CONNECTIONS, 100))));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> connections(" to web", 7).reserve(group))
                .withMessageContaining("somebody is to have 7 connections to web")
                .withMessageContaining("charge 3 more of 1408 bytes there")
                .withMessageContaining("make the budget " + 3 * 1408 + " bytes larger");
        assertThat(group.budget().reservedBytes()).isZero();
    }

    @Test
    void refusalNamesTheCountAndTheBudgetThatSuffice(Scene scene) {
        WeirSettings settings = WeirSettings.of("claims", 1 << 20, 10).withLoops(LOOPS);
        Weir small = openWeir(scene, settings);
        LoopGroup group = small.group();
        Reservation first = connections("", 20).reserve(group);
        int enough = (int) Math.ceilDiv(40 * ChargeRequest.CONNECTION_BYTES, EACH);
        long bytes = settings.memoryBytes()
                - WeirSettings.connectionsBytes(10, LOOPS)
                + WeirSettings.connectionsBytes(enough, LOOPS);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> connections("", 20).reserve(group, () -> ", or take fewer"))
                .withMessageContaining(
                        "WeirSettings.of(name, bytes, " + enough + ") and a budget of " + bytes + " bytes")
                .withMessageEndingWith(", or take fewer");
        first.close();
        small.close();

        LoopGroup larger = open(scene, WeirSettings.of("claims", bytes, enough));
        assertThat(larger.budget().plan().slabsBytes())
                .isEqualTo(group.budget().plan().slabsBytes());
        Reservation one = connections("", 20).reserve(larger);
        Reservation two = connections("", 20).reserve(larger);
        one.close();
        two.close();
    }

    @Test
    void aPlanWithoutConnectionsRefusesThem(Scene scene) {
        LoopGroup group = open(scene, none());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> connections(" to web", 100).reserve(group))
                .withMessageContaining("charges no connections")
                .withMessageContaining("WeirSettings.of(name, bytes, 38)");
    }

    @Test
    void reservingFewerConnectionsThanTheLimitIsRefused() {
        ChargeRequest charges = connections("", 5);

        assertThat(charges.requireConnections(5)).isSameAs(charges);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> charges.requireConnections(6))
                .withMessageContaining("requests 5 connections and may have 6");
    }

    @Test
    void fourServersOnOnePlanHaveTheirLingeringPlaces() {
        for (int loops = 1; loops <= 64; loops++) {
            for (int all = 4; all <= 2_000; all += 37) {
                long charged = ChargeRequest.shared(all, loops).get(1).count();
                for (int small = 1; small <= all / 4; small += 29) {
                    int rest = all - 2 * small - all / 4;
                    long needed = 2L * Lingering.places(small, loops)
                            + Lingering.places(all / 4, loops)
                            + Lingering.places(Math.max(1, rest), loops);
                    assertThat(charged)
                            .as(all + " connections of four servers on " + loops + " loops")
                            .isGreaterThanOrEqualTo(needed);
                }
            }
        }
    }

    /// Of 10 connections the dearest owner may have 4, the next 5, and the cheapest the one that is left.
    @Test
    void severalThatShareConnectionsAreChargedForTheDearestThatTheseMayBecome() {
        ChargeRequest cheap = owner("cheap", 9, 100);
        ChargeRequest dear = owner("dear", 4, 900).with("refusals", 128, 7);
        ChargeRequest middle = owner("middle", 5, 500);

        ChargeRequest together = ChargeRequest.together("all", " of all", 10, List.of(cheap, dear, middle));

        assertThat(together.lines())
                .containsExactly(
                        new MemoryPlan.Line("connections of all", 10, ChargeRequest.CONNECTION_BYTES),
                        new MemoryPlan.Line("exchanges at dear", 4, 900),
                        new MemoryPlan.Line("exchanges at middle", 5, 500),
                        new MemoryPlan.Line("exchanges at cheap", 1, 100));
        assertThat(dear.beside(together).lines()).containsExactly(new MemoryPlan.Line("refusals at dear", 128, 7));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> owner("dearer", 1, 901).beside(together))
                .withMessageContaining("dearer takes 901 bytes for each of its exchanges, and all pays 900 for one");
    }

    @Test
    void severalThatMayHaveFewerConnectionsThanTheyShareAreChargedForThese() {
        ChargeRequest together = ChargeRequest.together("all", "", 10, List.of(owner("a", 2, 900), owner("b", 3, 100)));

        assertThat(together.lines())
                .containsExactly(
                        new MemoryPlan.Line("connections", 5, ChargeRequest.CONNECTION_BYTES),
                        new MemoryPlan.Line("exchanges at a", 2, 900),
                        new MemoryPlan.Line("exchanges at b", 3, 100));
    }

    private static ChargeRequest owner(String name, long connections, long eachBytes) {
        return ChargeRequest.of(name, " at " + name)
                .with(ChargeRequest.CONNECTIONS, connections, ChargeRequest.CONNECTION_BYTES)
                .withEach("exchanges", connections, eachBytes);
    }
}
