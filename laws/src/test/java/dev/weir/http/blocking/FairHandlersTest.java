package dev.weir.http.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.server.HttpServer;
import dev.weir.http.server.Stage;
import dev.weir.memory.Usage;
import dev.weir.memory.wait.FairBy;
import dev.weir.runtime.Weir;
import dev.weir.testing.Balanced;
import dev.weir.testing.Hoard;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.testing.sim.net.SimPeer;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves in what order handlers' answers get memory. Their threads run one at a time, in steps with the loop.
@Balanced
final class FairHandlersTest {
    private static final int CROWD = 20;
    private static final int OTHERS = 3;
    private static final Duration REST = Duration.ofSeconds(1);

    /// A round over four addresses, and one grant more: of every eight one goes to who has waited longest.
    private static final int ROUND = OTHERS + 1 + 1;

    private static HttpServer open(Weir weir, Function<Weir, BlockingHandler> handler) {
        return HttpServer.open(
                weir,
                Stage.settings(100),
                BlockingHandlers.of(weir, handler.apply(weir), CROWD + OTHERS),
                exchange -> {});
    }

    private static SimNetwork network(Scene scene, int blocks, FairBy fairBy) {
        return scene.simulated(
                Shape.SMALL.withBlocks(blocks).withFairBy(fairBy).withCharge(BlockingHandlers.charge(CROWD + OTHERS)));
    }

    private static void rest(Weir weir, SimNetwork network) throws InterruptedException {
        boolean isTold = weir.group().parking().awaitUntil(() -> false, Deadline.in(network.clock(), REST));
        assertThat(isTold).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(FairBy.class)
    @DisplayName("H-09 by address, answers of handlers to a client's many connections do not keep others waiting")
    void answersOfHandlersAreGrantedMemoryInTurn(FairBy fairBy, Scene scene) {
        var network = network(scene, 8, fairBy);
        Weir weir = scene.weir(network);
        var server = open(weir, of -> (request, response) -> {
            rest(of, network);
            response.send(new byte[20_000]);
        });
        var clients = new ArrayList<SimPeer>();
        for (int i = 0; i < CROWD + OTHERS; i++) {
            String host = "127.0.0." + (i < CROWD ? 2 : 3 + i - CROWD);
            SimPeer one = Objects.requireNonNull(network.dial(server.local().port(), host));
            clients.add(one.send(Stage.GET));
            network.settle();
            network.pass(Duration.ofMillis(1));
        }
        var hoard = Hoard.all(network.group().budget().pool());
        network.pass(REST);
        assertThat(network.group().budget().usage().waiters()).isEqualTo(new Usage.Waiting(0, 0, CROWD + OTHERS, 0));

        hoard.releaseOne();
        var order = new ArrayList<Integer>();
        while (network.turn() > 0) {
            for (int i = 0; i < clients.size(); i++) {
                if (clients.get(i).receive() > 0 && !order.contains(i)) order.add(i);
            }
        }
        hoard.release();
        assertThat(order).hasSize(CROWD + OTHERS);
        int last = 0;
        for (int i = 0; i < order.size(); i++) if (order.get(i) >= CROWD) last = i;
        if (fairBy == FairBy.ADDRESS) assertThat(last).isLessThan(ROUND);
        else assertThat(last).isEqualTo(CROWD + OTHERS - 1);
    }
}
