package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.connection.ChargeRequest;
import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that several servers share a number of connections exactly: where one has all, a client of another
/// waits in the backlog, and servers are served in the order in which they found no place. Servers that say
/// nothing, in memory and over TCP, turned by hand.
@Balanced
final class SharedListeningTest {
    private static final int TOTAL = 2;
    private static final int CAP = 10;

    private final List<String> came = new ArrayList<>();

    /// Says nothing.
    private final class Silent implements Service {
        private final String name;

        Silent(String name) {
            this.name = name;
        }

        @Override
        public Conversation converse(Connection connection) {
            came.add(name);
            return new Mute(connection);
        }

        @Override
        public void drain(Connection connection) {
            connection.close(CloseReason.CLOSED);
        }
    }

    private record Mute(Connection connection) implements Conversation {
        @Override
        public void readable() {
            if (connection.discardInput() < 0) connection.close(CloseReason.PEER_LEFT);
        }

        @Override
        public void timedOut() {}
    }

    /// Servers of one runtime and their clients.
    private final class Servers {
        final Scene scene;
        final ManualLoops loops;
        final Weir weir;
        final SharedLimit limit;

        Servers(Scene scene, ManualLoops loops, int total) {
            this.scene = scene;
            this.loops = loops;
            this.weir = scene.weir(loops);
            this.limit = SharedLimit.open(weir, total);
        }

        Listening open(String name) {
            return open(name, CAP, Beyond.WAIT);
        }

        Listening open(String name, int cap, Beyond beyond) {
            var claim = Listening.charges("server " + name, "", beyond, cap);
            var settings = new ListeningSettings(name, Scene.ANY_PORT, cap, beyond, claim);
            return Listening.open(weir, settings, limit, new Silent(name));
        }

        RawPeer dial(Listening one) {
            RawPeer peer = scene.closes(loops.dial(one.local()));
            loops.turnUntilQuiet();
            return peer;
        }
    }

    @Test
    @DisplayName("S-08 where one server has all places, a client of another waits in the backlog")
    void oneServerFillsTheLimitAndAClientOfTheOtherWaitsInTheBacklog(Scene scene) {
        oneFillsItAndTheOthersClientWaits(new Servers(scene, scene.inMemory(), TOTAL));
    }

    @Test
    void oneServerFillsTheLimitAndAClientOfTheOtherWaitsInTheBacklogOverTcp(Scene scene) {
        oneFillsItAndTheOthersClientWaits(new Servers(scene, scene.tcpByHand(), TOTAL));
    }

    private void oneFillsItAndTheOthersClientWaits(Servers servers) {
        Listening a = servers.open("a");
        Listening b = servers.open("b");
        RawPeer first = servers.dial(a);
        servers.dial(a);
        servers.dial(b);

        assertThat(came).containsExactly("a", "a");
        assertThat(servers.limit.taken()).isEqualTo(TOTAL);
        assertThat(servers.weir.connections().live()).isEqualTo(TOTAL);
        assertThat(servers.limit.waiting()).isPositive();
        first.close();
        servers.loops.turnUntilQuiet();

        assertThat(came).containsExactly("a", "a", "b");
        assertThat(a.connections()).isEqualTo(1);
        assertThat(b.connections()).isEqualTo(1);
        assertThat(servers.limit.taken()).isEqualTo(TOTAL);
    }

    @Test
    void serversAreServedInTheOrderInWhichTheyFoundNoPlace(Scene scene) {
        var servers = new Servers(scene, scene.inMemory(), TOTAL);
        Listening a = servers.open("a");
        Listening b = servers.open("b");
        Listening c = servers.open("c");
        List<RawPeer> inside = List.of(servers.dial(a), servers.dial(a));
        for (Listening one : List.of(c, a, b, c)) servers.dial(one);
        came.clear();

        inside.getFirst().close();
        servers.loops.turnUntilQuiet();
        assertThat(came).containsExactly("c");
        inside.getLast().close();
        servers.loops.turnUntilQuiet();
        assertThat(came).containsExactly("c", "a");
    }

    /// The one that was served has another client in its backlog, and joins the end of the queue for it.
    @Test
    void aServerWithManyClientsDoesNotOvertakeAnother(Scene scene) {
        var servers = new Servers(scene, scene.inMemory(), 1);
        Listening a = servers.open("a");
        Listening b = servers.open("b");
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 3; i++) peers.add(servers.dial(a));
        RawPeer other = servers.dial(b);
        peers.getFirst().close();
        servers.loops.turnUntilQuiet();
        assertThat(came).containsExactly("a", "a");

        peers.get(1).close();
        servers.loops.turnUntilQuiet();
        assertThat(came).containsExactly("a", "a", "b");
        other.close();
        servers.loops.turnUntilQuiet();

        assertThat(came).containsExactly("a", "a", "b", "a");
    }

    @Test
    void eachServersOwnLimitAppliesWithinTheSharedOne(Scene scene) {
        var servers = new Servers(scene, scene.inMemory(), 3);
        Listening a = servers.open("a", 1, Beyond.WAIT);
        Listening b = servers.open("b", 3, Beyond.WAIT);
        RawPeer first = servers.dial(a);
        servers.dial(a);
        assertThat(servers.limit.waiting()).as("it waits for one of its own").isZero();
        servers.dial(b);

        assertThat(came).containsExactly("a", "b");
        assertThat(servers.limit.taken()).isEqualTo(2);
        first.close();
        servers.loops.turnUntilQuiet();

        assertThat(came).containsExactly("a", "b", "a");
        assertThat(a.connections()).isEqualTo(1);
    }

    @Test
    void aServerThatClosesWhileItWaitsLeavesItsTurnToTheNext(Scene scene) {
        var servers = new Servers(scene, scene.inMemory(), 1);
        Listening a = servers.open("a");
        Listening b = servers.open("b");
        Listening c = servers.open("c");
        RawPeer inside = servers.dial(a);
        servers.dial(b);
        servers.dial(c);

        b.drain(Deadline.NEVER);
        servers.loops.turnUntilQuiet();
        assertThat(b.isDrained()).isTrue();
        assertThat(servers.limit.waiting()).isEqualTo(1);
        inside.close();
        servers.loops.turnUntilQuiet();

        assertThat(came).containsExactly("a", "c");
    }

    @Test
    void aPlaceGrantedToAClosingServerGoesToTheNext(Scene scene) {
        var servers = new Servers(scene, scene.inMemory(), 1);
        Listening b = servers.open("b");
        Listening c = servers.open("c");
        assertThat(servers.limit.tryTake()).as("another server takes it").isTrue();
        servers.dial(b);
        servers.dial(c);

        servers.limit.giveBack();
        // Why: b has the place, and its loop has not heard of it yet.
        b.abort();
        servers.loops.turnUntilQuiet();

        assertThat(b.isDrained()).isTrue();
        assertThat(came).containsExactly("c");
        assertThat(servers.limit.taken()).isEqualTo(1);
    }

    @Test
    void aClientThatLeftTheBacklogKeepsNoPlace(Scene scene) {
        var servers = new Servers(scene, scene.inMemory(), 1);
        Listening a = servers.open("a");
        Listening b = servers.open("b");
        RawPeer inside = servers.dial(a);
        RawPeer tired = servers.dial(b);
        servers.dial(a);

        tired.close();
        inside.close();
        servers.loops.turnUntilQuiet();

        assertThat(came).last().isEqualTo("a");
        assertThat(a.connections()).isEqualTo(1);
        assertThat(b.connections()).isZero();
        assertThat(servers.limit.taken()).isEqualTo(1);
    }

    @Test
    void aServerRefusesClientsWhenOthersHaveAllPlaces(Scene scene) {
        var servers = new Servers(scene, scene.inMemory(), TOTAL);
        Listening a = servers.open("a");
        Listening b = servers.open("b", TOTAL, Beyond.REFUSE);
        RawPeer first = servers.dial(a);
        servers.dial(a);

        servers.dial(b).expectReset();
        first.close();
        servers.loops.turnUntilQuiet();
        servers.dial(b);

        assertThat(came).containsExactly("a", "a", "b");
        assertThat(servers.limit.taken()).isEqualTo(TOTAL);
    }

    @Test
    void theSharedChargeIsReturnedWhenTheLastServerHasEnded(Scene scene) {
        var servers = new Servers(scene, scene.inMemory(), TOTAL);
        var budget = servers.loops.group().budget();
        long charge = TOTAL * (WeirSettings.CONNECTION_BYTES + ChargeRequest.EXCHANGE_BYTES);
        Listening a = servers.open("a");
        Listening b = servers.open("b");
        assertThat(budget.reservedBytes()).isEqualTo(charge);
        RawPeer inside = servers.dial(b);

        servers.limit.close();
        assertThatIllegalStateException().isThrownBy(() -> servers.open("late")).withMessageContaining("closed");
        a.abort();
        servers.loops.turnUntilQuiet();
        assertThat(budget.reservedBytes()).isEqualTo(charge);
        b.abort();
        inside.expectReset();
        servers.loops.turnUntilQuiet();

        assertThat(budget.reservedBytes()).isZero();
        assertThat(servers.limit.taken()).isZero();
    }

    @Test
    void aServerThatNeedsMoreThanTheSharedChargeIsRefused(Scene scene) {
        var servers = new Servers(scene, scene.inMemory(), TOTAL);
        long reserved = servers.loops.group().budget().reservedBytes();
        var claim = Listening.charges("server dear", "", Beyond.WAIT, TOTAL).withEach("exchanges", TOTAL, 9_999);
        var settings = new ListeningSettings("dear", Scene.ANY_PORT, TOTAL, Beyond.WAIT, claim);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Listening.open(servers.weir, settings, servers.limit, new Silent("dear")))
                .withMessageContaining("server dear takes 9999 bytes for each of its exchanges")
                .withMessageContaining("pays " + ChargeRequest.EXCHANGE_BYTES);

        servers.limit.close();
        assertThat(servers.loops.group().budget().reservedBytes()).isZero();
        assertThat(reserved).isPositive();
    }
}
