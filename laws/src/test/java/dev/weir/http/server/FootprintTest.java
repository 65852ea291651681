package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.codec.HeadLimits;
import dev.weir.server.Weir;
import dev.weir.server.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.Footprint;
import dev.weir.testing.HandLoops;
import dev.weir.testing.Scene;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves that what the memory plan charges for a connection and for an exchange is what they weigh, by the heap in use
/// after a collection. The server is real and its loop is turned by hand.
@Balanced
final class FootprintTest {
    private static final int CONNECTIONS = 1_000;
    private static final int WARM_UP = 100;
    private static final int EXCHANGES = 2_000;

    @Test
    void anIdleConnectionWeighsWhatIsCharged(Scene scene) throws IOException {
        scene.withoutPlaces();
        HandLoops loops = scene.tcpByHand();
        HttpServer server = open(scene, loops);
        var clients = new ArrayList<SocketChannel>();
        try {
            connect(server, clients, WARM_UP);
            loops.turnUntil(() -> server.connections() == WARM_UP);
            // Why: the clients' half is made first, and waits in the backlog while the heap is looked at.
            connect(server, clients, CONNECTIONS);
            long before = Footprint.usedBytes();
            loops.turnUntil(() -> server.connections() == WARM_UP + CONNECTIONS);
            long each = (Footprint.usedBytes() - before) / CONNECTIONS;

            assertThat(each).isBetween(WeirSettings.CONNECTION_BYTES * 3 / 4, WeirSettings.CONNECTION_BYTES);
        } finally {
            for (SocketChannel client : clients) client.close();
        }
    }

    private static void connect(HttpServer server, List<SocketChannel> clients, int count) throws IOException {
        for (int i = 0; i < count; i++) clients.add(SocketChannel.open(server.local()));
    }

    @Test
    void anExchangeWeighsWhatIsCharged(Scene scene) {
        scene.withoutPlaces();
        HandLoops loops = scene.inMemory();
        var here = new ServerLoop(open(scene, loops), loops.loop());
        long charged = ServerSettings.EXCHANGE_BYTES + HeadLimits.DEFAULT.fieldsBytes();

        assertThat(Footprint.bytesEach(EXCHANGES, () -> new Serving(here))).isBetween(charged * 3 / 4, charged);
    }

    private static HttpServer open(Scene scene, HandLoops loops) {
        Weir weir = scene.closes(Weir.over(loops.group(), loops.network()));
        return HttpServer.open(weir, ServerSettings.at(Scene.ANY_PORT), exchange -> {});
    }
}
