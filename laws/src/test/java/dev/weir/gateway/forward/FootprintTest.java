package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.request.RequestRecord;
import dev.weir.http.client.ClientConnection;
import dev.weir.http.codec.HeadLimits;
import dev.weir.loop.EventLoop;
import dev.weir.pool.Origin;
import dev.weir.pool.PoolLimits;
import dev.weir.pool.Refusal;
import dev.weir.pool.RoundRobin;
import dev.weir.pool.exclusive.ConnectionCache;
import dev.weir.pool.exclusive.Lease;
import dev.weir.pool.exclusive.PoolEntry;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.Footprint;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.Scene;
import dev.weir.transport.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Proves that what the memory plan charges for a request on its way to an origin, and for the connection
/// there, is what they weigh, by the heap in use after a collection.
@Balanced
final class FootprintTest {
    private static final int COUNT = 2_000;
    private static final int WARM_UP = 100;
    private static final int CONNECTIONS = 1_000;

    @Test
    void footprintOfAForwardedExchangeIsWhatIsCharged(Scene scene) {
        scene.withoutPlaces();
        var here = new ForwardLoop(scene.inMemory().loop(), HeadLimits.DEFAULT, 1, 1, Via.OFF);
        long charged = Forwarder.EXCHANGE_BYTES + HeadLimits.DEFAULT.fieldsBytes();

        assertThat(Footprint.bytesEach(COUNT, () -> new ForwardExchange(here))).isBetween(charged * 3 / 4, charged);
    }

    @Test
    void footprintOfARequestRecordIsWhatIsCharged() {
        assertThat(Footprint.bytesEach(COUNT, RequestRecord::new))
                .isBetween(RequestRecord.BYTES * 3 / 4, RequestRecord.BYTES);
    }

    @Test
    void footprintOfAnOriginConnectionIsWhatIsCharged(Scene scene) throws IOException {
        scene.withoutPlaces();
        ManualLoops loops = scene.tcpByHand();
        Weir weir = scene.closes(Weir.over(loops.group(), loops.network()));
        // Why: an origin that never accepts, so that the other ends are the kernel's and not on this heap.
        try (var origin = new ServerSocket(0, 2 * CONNECTIONS, InetAddress.getLoopbackAddress())) {
            ConnectionCache cache = cache(weir, Endpoint.inet(origin.getInetAddress(), origin.getLocalPort()));
            var leases = new ArrayList<Holding>();
            for (int i = 0; i < WARM_UP + CONNECTIONS; i++) leases.add(new Holding(loops.loop()));
            borrow(cache, loops, leases.subList(0, WARM_UP));
            long before = Footprint.usedBytes();
            borrow(cache, loops, leases.subList(WARM_UP, leases.size()));
            long each = (Footprint.usedBytes() - before) / CONNECTIONS;

            assertThat(each).isBetween(WeirSettings.CONNECTION_BYTES * 3 / 4, WeirSettings.CONNECTION_BYTES);
            for (Holding one : leases) one.discard();
            cache.close();
            loops.turnUntilQuiet();
        }
    }

    private static ConnectionCache cache(Weir weir, Endpoint origin) {
        var time = Duration.ofMinutes(5);
        return ConnectionCache.open(new ConnectionCache.Settings(
                "web",
                List.of(new Origin.Address(origin, "origin")),
                new PoolLimits(WARM_UP + CONNECTIONS, 1, time, time, time),
                new RoundRobin(),
                weir.connections(),
                weir.network(),
                ClientConnection::new));
    }

    private static void borrow(ConnectionCache cache, ManualLoops loops, List<Holding> leases) {
        leases.forEach(cache::borrow);
        loops.turnUntil(() -> leases.stream().allMatch(one -> one.loan != null));
    }

    /// Part of an exchange, and charged with it.
    private static final class Holding extends Lease {
        @Nullable
        PoolEntry loan;

        Holding(EventLoop loop) {
            super(loop);
        }

        @Override
        protected void borrowed(PoolEntry lent, boolean reused) {
            loan = lent;
        }

        @Override
        protected void refused(Refusal why) {
            throw new AssertionError("refused: " + why);
        }
    }
}
