package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.block.BlockSize;
import dev.weir.testing.Balanced;
import dev.weir.testing.Hoard;
import dev.weir.testing.Scene;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Proves what a client is told when its exchange ends for memory that others have waited for too long,
/// on the way to its origin or at it.
@Balanced
final class StarvedOriginTest {
    private static final int RESERVE = 3;

    /// Takes what is left, and lets somebody wait for it.
    private static Hoard waits(Stage stage) {
        assertThat(stage.heldBytes()).isEqualTo(BlockSize.NORMAL.bytes());
        Hoard taken = stage.takeAll();
        stage.client().send("GET /waits HTTP/1.1\r\nHost: h\r\n\r\n");
        stage.settle();
        assertThat(waiters(stage)).isOne();
        return taken;
    }

    private static int waiters(Stage stage) {
        return stage.weir().group().budget().usage().waiters().total();
    }

    @Test
    void anOriginThatStallsInItsHeadIsEndedForMemoryAndItsClientGets503(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withBlocks(RESERVE + 3, RESERVE));
        Peer client = stage.client();
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
        Peer origin = stage.origin().next();
        origin.message();
        origin.send("HTTP/1.1 200 OK\r\nX-A: " + "y".repeat(3_000));
        stage.settle();

        Hoard taken = waits(stage);

        stage.pass(Duration.ofMillis(2_600));

        assertThat(stage.connections().starved()).isOne();
        assertThat(waiters(stage)).isZero();
        assertThat(client.message().status()).isEqualTo(503);
        assertThat(stage.only().end()).isEqualTo("RD");
        assertThat(stage.only().reason()).isEqualTo("closed because others waited for its memory");
        assertThat(origin.hasReset() || origin.hasEnded()).isTrue();
        taken.release();
    }

    @Test
    void anExchangeEndedForMemoryWhileConnectingIsAnswered503(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withBlocks(RESERVE + 3, RESERVE));
        Peer client = stage.client();
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nX-A: " + "y".repeat(3_000));
        stage.settle();
        Hoard taken = waits(stage);
        stage.network().hold();
        // Why: in the middle, because a connection has two seconds, and so has who waits for memory.
        stage.pass(Duration.ofSeconds(1));
        client.send("\r\n\r\nx");
        stage.settle();
        assertThat(stage.network().held()).isOne();
        assertThat(waiters(stage)).isOne();

        stage.pass(Duration.ofMillis(1_600));

        assertThat(stage.connections().starved()).isOne();
        assertThat(client.message().status()).isEqualTo(503);
        assertThat(stage.only().end()).isEqualTo("RC");
        stage.network().letGo();
        taken.release();
    }
}
