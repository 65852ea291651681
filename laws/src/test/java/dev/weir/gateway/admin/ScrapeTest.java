package dev.weir.gateway.admin;

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

/// Proves that reading the metrics leaves little for the collector, by the JVM's count of the bytes that all its
/// threads
/// allocate. A server with connections is told of over real sockets.
@Balanced
final class ScrapeTest {
    private static final int SCRAPES = 10;
    private static final int MEASUREMENTS = 8;
    private static final int GARBAGE_BYTES_MAX = 64 * 1024;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ByteBuffer got = ByteBuffer.allocateDirect(64 * 1024);
    private final ByteBuffer request = ByteBuffer.allocateDirect(128);
    private long pageBytes;

    @Test
    void oneScrapeLeavesAtMost64KibOfGarbage(Scene scene) throws IOException {
        scene.withoutPlaces();
        var stage = new AdminStage(scene, 200);
        stage.connect(100);
        request.put("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        try (var channel = SocketChannel.open(SocketAddresses.of(stage.adminAddress()))) {
            // Why: the least of several, because the JVM itself allocates now and then, when it compiles or resolves.
            long least = Long.MAX_VALUE;
            for (int measurement = 0; measurement < MEASUREMENTS; measurement++) {
                long before = threads.getTotalThreadAllocatedBytes();
                for (int i = 0; i < SCRAPES; i++) scrape(channel);
                least = Math.min(least, threads.getTotalThreadAllocatedBytes() - before);
            }

            assertThat(pageBytes).as("of the page").isGreaterThan(8 * 1024);
            assertThat(least / SCRAPES).as("bytes allocated by one scrape").isLessThanOrEqualTo(GARBAGE_BYTES_MAX);
        }
    }

    /// One request and its whole answer, which is chunked.
    private void scrape(SocketChannel channel) throws IOException {
        request.flip();
        while (request.hasRemaining()) channel.write(request);
        pageBytes = 0;
        do {
            got.clear();
            int count = channel.read(got);
            if (count < 0) throw new AssertionError("the page ended");
            pageBytes += count;
        } while (!endsWithLastChunk());
    }

    private boolean endsWithLastChunk() {
        int end = got.position();
        return end >= 7 && got.getInt(end - 4) == 0x0d0a0d0a && got.get(end - 5) == '0' && got.get(end - 6) == '\n';
    }
}
