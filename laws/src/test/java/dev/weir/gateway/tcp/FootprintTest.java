package dev.weir.gateway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.Connection;
import dev.weir.ledger.Counts;
import dev.weir.testing.Balanced;
import dev.weir.testing.Footprint;
import dev.weir.testing.Scene;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// Proves that what the memory plan charges for a relay is what it weighs beside its connections, by the heap
/// in use after a collection.
@Balanced
final class FootprintTest {
    private static final int COUNT = 2_000;

    @Test
    void footprintOfARelayIsWhatIsCharged(Scene scene) {
        scene.withoutPlaces();
        var stage = TcpStage.on("in memory", scene);
        stage.origin();
        TcpServer server = stage.open();
        stage.client();
        var found = new ArrayList<Connection>();
        stage.loops.turnUntilQuiet();
        stage.connections.on(stage.loops.loop()).forEach(found::add);
        Connection client = found.stream()
                .filter(one -> one.conversation() instanceof Relay)
                .findFirst()
                .orElseThrow();
        var tally = new Counts<>(RelayCounter.class);

        assertThat(Footprint.bytesEach(COUNT, () -> new Relay(server, tally, client)))
                .isBetween(TcpSettings.RELAY_BYTES * 3 / 4, TcpSettings.RELAY_BYTES);
    }
}
