package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.pool.PoolCount;
import dev.weir.pool.Refusal;
import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.transport.tcp.SocketAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that a slot is free only when its descriptor is and that every lease is notified how its attempt ended,
/// with a network whose attempts fail, hang and succeed too late.
@Balanced
class ConnectingTest {

    @Test
    @DisplayName("P-03 an attempt that fails frees its slot and tells its lease why")
    void anAttemptThatFailsFreesItsSlot(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 4))) {
            scene.acceptors.getFirst().close();
            scene.settle();
            var asker = scene.lease(0).borrow();
            scene.until(() -> asker.refusal != null);

            assertThat(asker.refusal).isEqualTo(Refusal.CONNECT_FAILED);
            assertThat(asker.why()).isEqualTo("Connection refused");
            assertThat(asker.origin()).isSameAs(scene.origin(0));
            assertThat(scene.origin(0).connections()).isZero();
            assertThat(scene.origin(0).failed()).isOne();
        }
    }

    @Test
    @DisplayName("P-03 an attempt that fails gives the next waiter its slot")
    void anAttemptThatFailsServesTheNextWaiter(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 4))) {
            scene.acceptors.getFirst().close();
            scene.settle();
            var asker = scene.lease(0).borrow();
            var waiter = scene.lease(1).borrow();
            scene.until(() -> asker.refusal != null && waiter.refusal != null);

            assertThat(waiter.refusal).isEqualTo(Refusal.CONNECT_FAILED);
        }
    }

    @Test
    @DisplayName("P-03 an attempt that hangs ends at its deadline")
    void anAttemptThatHangsEndsAtItsDeadline(Scene test) {
        try (var held = new Held(test, 1)) {
            var asker = held.scene.lease(0).borrow();
            held.scene.pass(Duration.ofMillis(1900));
            assertThat(asker.refusal).isNull();
            held.scene.pass(Duration.ofMillis(200));

            assertThat(asker.refusal).isEqualTo(Refusal.CONNECT_TIMED_OUT);
            assertThat(asker.connectNanos()).isBetween(2_000_000_000L, 2_100_000_000L);
            assertThat(held.network().cancelled).isOne();
            assertThat(held.scene.origin(0).connections()).isZero();
        }
    }

    @Test
    @DisplayName("S-09 an attempt for which there is no descriptor is not its origin's failure")
    void withoutDescriptorsTheOriginIsNotPassedOver(Scene test) {
        try (var held = new Held(test, 1)) {
            var scene = held.scene;
            held.network().hangs = false;
            held.network().lacksDescriptors = true;
            var asker = scene.lease(0).borrow();
            scene.until(() -> asker.refusal != null);

            assertThat(asker.refusal).isEqualTo(Refusal.OUT_OF_DESCRIPTORS);
            assertThat(asker.why()).isEqualTo("Too many open files");
            assertThat(scene.origin(0).failed()).isZero();
            assertThat(scene.origin(0).isPassedOver(scene.loop(0).nowNanos())).isFalse();
            assertThat(scene.origin(0).connections()).isZero();
            assertThat(scene.cache.count(PoolCount.OUT_OF_DESCRIPTORS)).isOne();

            held.network().lacksDescriptors = false;
            assertThat(scene.holding(0).reused).isFalse();
        }
    }

    @Test
    void withoutDescriptorsExistingConnectionsAreWaitedFor(Scene test) {
        try (var held = new Held(test, 4)) {
            var scene = held.scene;
            held.network().hangs = false;
            var busy = scene.holding(0);
            held.network().lacksDescriptors = true;
            var askers = List.of(
                    scene.lease(0).borrow(),
                    scene.lease(1).borrow(),
                    scene.lease(0).borrow());
            scene.settle();
            scene.pass(Duration.ofSeconds(1));
            assertThat(askers).allMatch(asker -> asker.refusal == null && asker.held() == null);
            assertThat(scene.cache.waiting()).isEqualTo(3);
            // Why: three found out for themselves, then one did every tenth of a second.
            assertThat(scene.cache.count(PoolCount.OUT_OF_DESCRIPTORS)).isBetween(3L, 15L);

            busy.giveBack();
            scene.until(() -> askers.stream().anyMatch(asker -> asker.held() != null));
            var served = askers.stream().filter(asker -> asker.held() != null).toList();
            assertThat(served).hasSize(1);
            assertThat(served.getFirst().reused).isTrue();

            held.network().lacksDescriptors = false;
            scene.pass(Duration.ofMillis(200));
            assertThat(askers).allMatch(asker -> asker.held() != null);
        }
    }

    @Test
    void withoutDescriptorsALateLeaseDoesNotWait(Scene test) {
        try (var held = new Held(test, 4)) {
            var scene = held.scene;
            held.network().hangs = false;
            scene.holding(0);
            held.network().lacksDescriptors = true;
            var late = scene.lease(0).borrow();
            scene.advance(Duration.ofSeconds(6));
            scene.settle();

            assertThat(late.refusal).isEqualTo(Refusal.OUT_OF_DESCRIPTORS);
            assertThat(scene.cache.waiting()).isZero();
        }
    }

    @Test
    void withoutDescriptorsAnIdleConnectionOfAnotherLoopServes(Scene test) {
        try (var held = new Held(test, 4)) {
            var scene = held.scene;
            held.network().hangs = false;
            scene.holding(1).giveBack();
            scene.settle();
            held.network().lacksDescriptors = true;

            var asker = scene.holding(0);
            assertThat(asker.reused).isTrue();
            assertThat(scene.cache.count(PoolCount.MOVED)).isOne();
        }
    }

    @Test
    void withoutDescriptorsNoWaiterWaitsLongerThanOthers(Scene test) {
        try (var held = new Held(test, 4)) {
            var scene = held.scene;
            held.network().hangs = false;
            scene.holding(0);
            held.network().lacksDescriptors = true;
            var asker = scene.lease(1).borrow();
            scene.pass(Duration.ofMillis(4900));
            assertThat(asker.refusal).isNull();
            scene.pass(Duration.ofMillis(200));
            assertThat(asker.refusal).isEqualTo(Refusal.TIMED_OUT);
        }
    }

    @Test
    @DisplayName("P-03 an opener that throws costs neither slot nor descriptor")
    void anOpenerThatThrowsLeaksNothing(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 4))) {
            scene.openerFails = true;
            var asker = scene.lease(0).borrow();
            scene.until(() -> asker.refusal != null);
            scene.openerFails = false;

            assertThat(asker.refusal).isEqualTo(Refusal.CONNECT_FAILED);
            assertThat(scene.holding(1).reused).isFalse();
        }
    }

    @Test
    void openedIsCalledOnceForAPooledConversation(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 4))) {
            scene.holding(0).giveBack();
            scene.holding(0).giveBack();

            assertThat(scene.clients)
                    .singleElement()
                    .satisfies(one -> assertThat(one.opened).isOne());
        }
    }

    @Test
    @DisplayName("P-03 a connection that its conversation ends or breaks when it opens is lent to nobody")
    void aConversationThatClosesInOpenedLeaksNothing(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 4))) {
            for (var ending : List.<Consumer<Connection>>of(
                    connection -> connection.close(CloseReason.CLOSED),
                    connection -> connection.finish(CloseReason.CLOSED),
                    connection -> {
                        throw new IllegalStateException("planted");
                    })) {
                scene.whenOpened = ending;
                var asker = scene.lease(0).borrow();
                scene.until(() -> asker.refusal != null);
                assertThat(asker.refusal).isEqualTo(Refusal.CONNECT_FAILED);
                scene.settle();
            }
            scene.whenOpened = connection -> {};
            assertThat(scene.holding(1).reused).isFalse();
        }
    }

    @Test
    @DisplayName("P-03 what was connected for a lease that left is kept idle")
    void aConnectionMadeForACancelledLeaseIsKept(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 4, 4))) {
            var asker = scene.lease(0).borrow();
            asker.cancel();
            scene.settle();

            assertThat(asker.held()).isNull();
            assertThat(scene.origin(0).idle()).isOne();
            assertThat(asker.borrow().reused).isTrue();
        }
    }

    @Test
    @DisplayName("P-03 what was connected for a lease that left goes to who waits")
    void aConnectionMadeForACancelledLeaseServesAWaiter(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 4))) {
            var asker = scene.lease(0).borrow();
            var waiter = scene.lease(1).borrow();
            asker.cancel();
            scene.settle();

            assertThat(waiter.reused).isTrue();
        }
    }

    @Test
    @DisplayName("P-06 P-11 closing ends what is idle and being made, and what is on lease with its loan")
    void closingEndsEverythingInItsOwnTime(Scene test) {
        try (var held = new Held(test, 3)) {
            var scene = held.scene;
            held.network().hangs = false;
            var idle = scene.holding(0);
            var borrowed = scene.holding(1);
            held.network().hangs = true;
            var connecting = scene.lease(0).borrow();
            idle.giveBack();
            scene.settle();
            assertThat(scene.origin(0).connections()).isEqualTo(3);
            assertThat(scene.origin(0).idle()).isOne();
            assertThat(scene.origin(0).outstanding()).isEqualTo(2);
            assertThat(scene.cache.count(PoolCount.CREATED)).isEqualTo(2);

            scene.cache.close();
            scene.settle();

            assertThat(connecting.refusal).isEqualTo(Refusal.CLOSED);
            assertThat(scene.origin(0).connections()).isOne();
            assertThat(borrowed.loan().isBorrowed()).isTrue();
            assertThat(scene.ledger.survivors()).anyMatch(line -> line.startsWith("1 lease"));
            assertThat(scene.lease(0).borrow().refusal).isEqualTo(Refusal.CLOSED);
            borrowed.giveBack();
            scene.settle();
            assertThat(scene.origin(0).connections()).isZero();
        }
    }

    @Test
    @DisplayName("P-06 closing refuses those who wait, at once")
    void closeRefusesWaiters(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 4))) {
            scene.holding(0);
            var first = scene.lease(0).borrow();
            var second = scene.lease(1).borrow();

            scene.cache.close();
            scene.settle();

            assertThat(first.refusal).isEqualTo(Refusal.CLOSED);
            assertThat(second.refusal).isEqualTo(Refusal.CLOSED);
        }
    }

    @Test
    @DisplayName("P-06 a connection promised to another loop when the cache closes is not left behind")
    void aPromiseThatRacesTheCloseIsReleased(Scene test) {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 4))) {
            var holder = scene.holding(0);
            var waiter = scene.lease(1).borrow();
            holder.giveBack();
            scene.cache.close();
            waiter.cancel();
            scene.settle();

            assertThat(scene.origin(0).connections()).isZero();
        }
    }

    @Test
    @DisplayName("S-04 a connection whose write side fails leaves the cache within one turn")
    void aConnectionWithAFailedWriteLeavesTheCacheWithinOneTurn(Scene test) {
        try (var held = new Held(test, 1)) {
            var scene = held.scene;
            held.network().hangs = false;
            var holder = scene.holding(0);
            var waiter = scene.lease(0).borrow();
            held.network().writesFail = true;

            Objects.requireNonNull(holder.loan().connection().output().scratch(64))
                    .put(PoolScene.bytes("GET"));
            scene.loop(0).turn(0);

            assertThat(scene.client().ended).isEqualTo(CloseReason.RESET);
            assertThat(holder.loan().isBorrowed()).isFalse();
            assertThat(scene.cache.waiting()).isZero();
            scene.settle();
            assertThat(waiter.reused).isFalse();
            assertThat(waiter.loan().isBorrowed()).isTrue();
        }
    }

    @Test
    @DisplayName("S-16 a connect into a black hole ends when the cache is closed")
    void closeEndsAnUnansweredConnectAttempt(Scene test) throws IOException {
        var fillers = new ArrayList<SocketChannel>();
        try (var hole = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = hole.getLocalSocketAddress();
            for (int i = 0; i < 8; i++) {
                var filler = SocketChannel.open();
                filler.configureBlocking(false);
                filler.connect(address);
                fillers.add(filler);
            }
            try (var held = new Held(test, 2, true)) {
                held.network().hangs = false;
                held.network().elsewhere = SocketAddresses.endpoint(address);
                var asker = held.scene.lease(0).borrow();
                held.scene.settle();
                assertThat(asker.held()).isNull();
                assertThat(asker.refusal).isNull();

                held.scene.cache.close();
                held.scene.settle();

                assertThat(asker.refusal).isEqualTo(Refusal.CLOSED);
                assertThat(held.scene.origin(0).connections()).isZero();
            }
        } finally {
            for (SocketChannel filler : fillers) filler.close();
        }
    }

    /// A scene whose connects hang from the beginning.
    private static final class Held implements AutoCloseable {
        private final ArrayList<WrappedNetwork> networks = new ArrayList<>();
        final PoolScene scene;

        Held(Scene test, int connectionsMax) {
            this(test, connectionsMax, false);
        }

        Held(Scene test, int connectionsMax, boolean tcp) {
            scene = new PoolScene(
                    test, Setting.of(1, connectionsMax, 4).over(tcp).with(real -> {
                        networks.add(new WrappedNetwork(real));
                        return networks.getFirst();
                    }));
            network().hangs = true;
        }

        WrappedNetwork network() {
            return networks.getFirst();
        }

        @Override
        public void close() {
            scene.close();
        }
    }
}
