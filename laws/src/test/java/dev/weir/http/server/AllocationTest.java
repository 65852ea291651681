package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.transport.tcp.SocketAddresses;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// Proves that a loop handler's requests leave no garbage in steady state. A real server over a socket,
/// whose loop is turned on the thread that is measured.
@Balanced
final class AllocationTest {
    // Why: so many that the first test of the JVM runs compiled code, too.
    private static final int WARM_UP = 50_000;
    private static final int MEASURED = 20_000;
    private static final double EXCHANGE_BYTES = 240;
    private static final Answer HELLO = Answer.text(200, "Hello, World!");

    @Test
    void requestToARecyclingHandlerAllocatesNothing(Scene scene) throws IOException {
        // Why: the selector and the compiler may allocate now and then, a request may not.
        assertThat(bytesPerRequest(scene, AbortTest.recycling(exchange -> exchange.answer(HELLO))))
                .isLessThan(1);
    }

    @Test
    void requestThatAnyThreadMayAnswerAllocatesOnlyItsExchange(Scene scene) throws IOException {
        assertThat(bytesPerRequest(scene, exchange -> exchange.answer(HELLO))).isBetween(64.0, EXCHANGE_BYTES);
    }

    private static double bytesPerRequest(Scene scene, LoopHandler handler) throws IOException {
        scene.withoutPlaces();
        var stage = Stage.open(scene, scene.tcpByHand(), Stage.SETTINGS, ServerObserver.NONE, handler);
        byte[] request = Stage.GET.getBytes(StandardCharsets.US_ASCII);
        try (var client = SocketChannel.open(SocketAddresses.of(stage.server.local()))) {
            client.configureBlocking(false);
            stage.loops.turnUntil(() -> stage.server.connections() == 1);
            var out = ByteBuffer.allocateDirect(request.length).put(request);
            var in = ByteBuffer.allocateDirect(1024);
            int answerBytes = roundTrips(stage, client, out, in, WARM_UP);
            var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            roundTrips(stage, client, out, in, MEASURED);
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;

            assertThat(answerBytes).isGreaterThan(100);
            return (double) bytes / MEASURED;
        }
    }

    private static int roundTrips(Stage stage, SocketChannel client, ByteBuffer out, ByteBuffer in, int count)
            throws IOException {
        var loop = stage.loops.loop();
        int answerBytes = 0;
        for (int i = 0; i < count; i++) {
            client.write(out.flip());
            in.clear();
            while (in.position() == 0 || (answerBytes > 0 && in.position() < answerBytes)) {
                loop.turn(0);
                client.read(in);
            }
            if (answerBytes == 0) answerBytes = in.position();
        }
        return answerBytes;
    }
}
