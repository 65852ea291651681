package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import dev.weir.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves what a server of any protocol gets from [Listening]: what it is charged comes from the plan and goes
/// back, who comes in is counted by whoever owns the connection and not by what is said over it, and it ends
/// with its runtime or alone. A protocol that says nothing, in memory.
@Balanced
final class ListeningTest {
    private static final int LIMIT = 5;

    private final List<Connection> came = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    /// Says nothing and closes when it is drained.
    private final class Silent implements Service {
        @Override
        public Conversation converse(Connection connection) {
            came.add(connection);
            return new Mute(connection);
        }

        @Override
        public void draining(Deadline deadline) {
            told.add("draining");
        }

        @Override
        public void drain(Connection connection) {
            told.add("drain");
            connection.close(CloseReason.CLOSED);
        }
    }

    private static class Mute implements Conversation {
        final Connection connection;

        Mute(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void readable() {
            if (connection.discardInput() < 0) connection.close(CloseReason.PEER_LEFT);
        }

        @Override
        public void timedOut() {}
    }

    private static ListeningSettings settings(Beyond beyond) {
        return new ListeningSettings(
                "silent", Scene.ANY_PORT, LIMIT, beyond, Listening.charges("server silent", "", beyond, LIMIT));
    }

    private Listening open(Scene scene, ManualLoops loops, Beyond beyond) {
        return Listening.open(scene.weir(loops), settings(beyond), new Silent());
    }

    @Test
    @DisplayName("S-10 a server that nobody came to is drained only when its door is shut")
    void aServerWithoutClientsIsDrainedOnlyWhenItsAcceptorIsClosed(Scene scene) {
        var loops = scene.inMemory();
        Listening listening = open(scene, loops, Beyond.WAIT);

        assertThat(listening.isDrained()).as("one may still come in").isFalse();
        listening.drain(Deadline.NEVER);
        loops.turnUntilQuiet();

        assertThat(listening.isDrained()).isTrue();
        assertThat(told).containsExactly("draining");
    }

    @Test
    void connectionsAreChargedToThePlanUntilTheLastHasLeft(Scene scene) {
        var loops = scene.inMemory();
        var weir = scene.weir(loops);
        var budget = loops.group().budget();
        Listening waits = Listening.open(weir, settings(Beyond.WAIT), new Silent());
        assertThat(budget.reservedBytes()).isEqualTo(LIMIT * WeirSettings.CONNECTION_BYTES);
        Listening refuses = Listening.open(weir, settings(Beyond.REFUSE), new Silent());
        assertThat(budget.reservedBytes())
                .isEqualTo((2 * LIMIT + Listening.REFUSALS_CHARGED) * WeirSettings.CONNECTION_BYTES);

        waits.drain(Deadline.NEVER);
        refuses.drain(Deadline.NEVER);
        loops.turnUntilQuiet();

        assertThat(budget.reservedBytes()).isZero();
    }

    @Test
    void moreConnectionsThanPlannedAreRefused(Scene scene) {
        var loops = scene.inMemory();
        var weir = scene.weir(loops);
        int tooMany = 4 * Shape.CONNECTIONS_MAX;
        var settings = ListeningSettings.of("large", Scene.ANY_PORT, tooMany);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Listening.open(weir, settings, new Silent()))
                .withMessageContaining("server large is to have " + tooMany + " connections");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ListeningSettings(
                        "less",
                        Scene.ANY_PORT,
                        LIMIT + 1,
                        Beyond.WAIT,
                        Listening.charges("less", "", Beyond.WAIT, LIMIT)))
                .withMessageContaining("requests 5 connections and may have 6");
        assertThat(loops.group().budget().reservedBytes()).isZero();
    }

    @Test
    @DisplayName("S-08 a server opened and closed ten times in one runtime leaves nothing")
    void aServerOpenedAndClosedTenTimesLeavesNothing() {
        try (var weir = Weir.open(WeirSettings.of("ten times", 16 << 20, LIMIT).withLoops(2))) {
            var budget = weir.group().budget();
            long free = budget.unreservedBytes(WeirSettings.CONNECTIONS);
            for (int i = 0; i < 10; i++) {
                // Why: all that the plan has, so that the second opening needs what the first has given back.
                Listening listening = Listening.open(weir, settings(Beyond.WAIT), new Silent());
                assertThat(listening
                                .close(Deadline.in(weir.group().clock(), Duration.ofSeconds(5)))
                                .cut())
                        .isEmpty();
                assertThat(budget.unreservedBytes(WeirSettings.CONNECTIONS)).isEqualTo(free);
            }
        }
    }

    @Test
    @DisplayName("S-08 one that handed over to another conversation is counted once and drained")
    void aConnectionThatChangedItsConversationIsCountedOnceAndDrained(Scene scene) {
        var loops = scene.inMemory();
        Listening listening = open(scene, loops, Beyond.WAIT);
        try (RawPeer _ = loops.dial(listening.local())) {
            loops.turnUntil(() -> came.size() == 1);
            Connection one = came.getFirst();
            one.handOver(new Mute(one));
            assertThat(listening.connections()).isEqualTo(1);
            assertThat(listening.owns(one)).isTrue();

            listening.drain(Deadline.NEVER);
            loops.turnUntilQuiet();

            assertThat(told).containsExactly("draining", "drain");
            assertThat(listening.connections()).isZero();
            assertThat(listening.isDrained()).isTrue();
        }
    }

    @Test
    @DisplayName("S-08 one more than the limit is reset where nothing else is chosen")
    void aConnectionBeyondTheLimitIsReset(Scene scene) {
        var loops = scene.inMemory();
        Listening listening = open(scene, loops, Beyond.REFUSE);
        for (int i = 0; i < LIMIT; i++) scene.closes(loops.dial(listening.local()));
        loops.turnUntil(() -> came.size() == LIMIT);

        try (RawPeer more = loops.dial(listening.local())) {
            more.expectReset();
        }

        assertThat(listening.connections()).isEqualTo(LIMIT);
        listening.abort();
        loops.turnUntilQuiet();
        assertThat(listening.isDrained()).isTrue();
    }

    @Test
    void anAddressInUseLeavesNothingOpen(Scene scene) {
        var loops = scene.inMemory();
        Listening first = open(scene, loops, Beyond.WAIT);
        Endpoint taken = first.local();
        long reserved = loops.group().budget().reservedBytes();

        assertThatExceptionOfType(TransportException.class)
                .isThrownBy(() ->
                        Listening.open(scene.weir(loops), ListeningSettings.of("second", taken, LIMIT), new Silent()));

        assertThat(loops.group().budget().reservedBytes()).isEqualTo(reserved);
    }

    @Test
    void nothingIsOpenedInARuntimeThatIsClosed() {
        var weir = Weir.open(WeirSettings.of("closed", 16 << 20, LIMIT).withLoops(1));
        weir.close();

        assertThatIllegalStateException().isThrownBy(() -> Listening.open(weir, settings(Beyond.WAIT), new Silent()));
    }
}
