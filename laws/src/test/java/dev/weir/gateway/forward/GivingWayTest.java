package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.block.BlockSize;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves who gives way when somebody has waited too long for memory, and what he is told.
@Balanced
final class GivingWayTest {
    private static final int RESERVE = 3;
    private static final int PIPE_BYTES = 15_000;
    private static final int PIECE_BYTES = 1_250;
    private static final int PIECES_MAX = 12;
    private static final Duration PIECE = Duration.ofMillis(250);
    private static final String BODY = "0123456789".repeat(4_000);
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;
    private static final String REQUEST =
            "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + (1 + BODY.length()) + "\r\n\r\n";
    private static final Setup SETUP =
            Setup.ONE_ORIGIN.withBlocks(RESERVE + 3, RESERVE).withPipeBytes(PIPE_BYTES);

    /// Offers all of it until no more is taken: first what nearly fills the path behind, then what fills a block.
    private static void fill(Stage stage, Peer from, String text) {
        int sent = from.offer(text.substring(0, PIPE_BYTES - 1_000));
        stage.settle();
        for (int count = 1; count > 0; sent += count) {
            count = from.offer(text.substring(sent));
            stage.settle();
        }
    }

    private static Peer waits(Stage stage) {
        Peer waiting = stage.client();
        waiting.send("GET /waits HTTP/1.1\r\nHost: h\r\n\r\n");
        stage.settle();
        assertThat(stage.weir().group().budget().usage().waiters().total()).isOne();
        return waiting;
    }

    /// Takes a little of what comes, again and again, until somebody has given way.
    private static void takeSlowly(Stage stage, Peer taking) {
        for (int i = 0; i < PIECES_MAX && stage.connections().starved() == 0; i++) {
            assertThat(taking.some(PIECE_BYTES)).isNotEmpty();
            stage.pass(PIECE);
        }
    }

    private static void requireHeld(Stage stage, int blocks) {
        assertThat(stage.heldBytes()).isEqualTo((long) blocks * BlockSize.NORMAL.bytes());
    }

    @Test
    @DisplayName("H-29 a client that takes its answer slowly but steadily stays, and one that takes nothing gives way")
    void aSteadyReaderOfAnAnswerIsNotChosenAsStalled(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        var clients = new ArrayList<Peer>();
        for (int i = 0; i < 2; i++) {
            clients.add(stage.client());
            clients.get(i).send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
            Peer origin = stage.origin().next();
            origin.message();
            fill(stage, origin, ANSWER);
            stage.pass(PIECE);
        }
        requireHeld(stage, 2);
        var taken = stage.takeAll();
        waits(stage);

        takeSlowly(stage, clients.getFirst());
        assertThat(stage.connections().starved()).isOne();
        assertThat(clients.getLast().hasReset()).isTrue();
        assertThat(stage.only().end()).isEqualTo("RD");
        assertThat(stage.origin().next().head()).startsWith("GET /waits ");
        taken.release();
    }

    @Test
    @DisplayName("H-29 an upload that its origin takes slowly but steadily stays, and one that is not taken gives way")
    void aSteadyUploadIsNotChosenAsStalled(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        var origins = new ArrayList<Peer>();
        for (int i = 0; i < 2; i++) {
            Peer client = stage.client();
            fill(stage, client, REQUEST + i + BODY);
            origins.add(stage.origin().next());
            stage.pass(PIECE);
        }
        requireHeld(stage, 2);
        var taken = stage.takeAll();
        waits(stage);

        takeSlowly(stage, origins.getFirst());
        assertThat(stage.connections().starved()).isOne();
        assertThat(origins.getLast().hasReset() || origins.getLast().hasEnded()).isTrue();
        assertThat(stage.only().end()).isEqualTo("RD");
        assertThat(stage.origin().next().head()).startsWith("GET /waits ");
        taken.release();
    }

    @Test
    @DisplayName("H-20 a request that waits for a connection and gives way is told 503, and the next gets its memory")
    void aWaiterForAConnectionEndedForMemoryIsAnswered503(Scene scene) {
        var stage = Stage.inMemory(
                scene, Setup.ONE_ORIGIN.withBlocks(RESERVE + 6, RESERVE).withPool(1, 10));
        Peer first = stage.client();
        first.send("POST /first HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
        Peer origin = stage.origin().next();
        origin.message();
        Peer queued = stage.client();
        queued.send("POST /queued HTTP/1.1\r\nHost: h\r\nContent-Length: 9000\r\n\r\n" + BODY.substring(0, 9_000));
        stage.settle();
        requireHeld(stage, 1);
        var taken = stage.takeAll();
        waits(stage);

        stage.pass(Duration.ofMillis(2_600));
        assertThat(stage.connections().starved()).isOne();
        assertThat(queued.message().status()).isEqualTo(503);
        assertThat(stage.only().end()).isEqualTo("RQ");
        assertThat(stage.weir().group().budget().usage().waiters().total()).isZero();
        taken.release();
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertThat(first.message().status()).isEqualTo(200);
        assertThat(origin.head()).startsWith("GET /waits ");
    }

    @Test
    void aHeadInPiecesEndedForMemoryIsAnswered(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withBlocks(RESERVE + 2, RESERVE));
        Peer slow = stage.client();
        slow.send("GET /slow HTTP/1.1\r\nHost: ");
        stage.settle();
        var taken = stage.takeAll();
        waits(stage);

        stage.pass(Duration.ofMillis(2_600));
        assertThat(slow.message().status()).isEqualTo(503);
        assertThat(stage.only().end()).isEqualTo("RR");
        taken.release();
    }
}
