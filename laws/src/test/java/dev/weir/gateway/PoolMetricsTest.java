package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.ConfigReader;
import dev.weir.loop.CloseReport;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that a running gateway counts, in its metrics, what slow and leaving clients do to the pool of an
/// upstream.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PoolMetricsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final List<Socket> open = new ArrayList<>();
    private ServerSocket origin;
    private Gateway gateway;

    @BeforeEach
    void begin() throws IOException {
        origin = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        String file = """
                memory: { budget: 32MiB, starve-after: 100ms }
                admin: 127.0.0.1:0
                access-log: off
                upstreams:
                  web:
                    origins: ["127.0.0.1:%d"]
                    pool: { connections: 2, waiting: 2, acquire: 1m }
                listeners:
                  - { bind: "127.0.0.1:0", upstream: web, limits: { connections: 100 } }
                """.formatted(origin.getLocalPort());
        gateway = switch (ConfigReader.read("test.yaml", file)) {
            case ConfigReader.Read(var config) -> Gateway.open(config, line -> {});
            case ConfigReader.Refused refused -> throw new AssertionError(refused);
        };
    }

    @AfterEach
    void end() throws IOException {
        for (Socket socket : open) socket.close();
        origin.close();
        var soon = Deadline.in(Clock.system(), Duration.ofSeconds(10));
        assertThat(gateway.close(soon)).allMatch(CloseReport::isClean);
    }

    @Test
    void aTricklingUploadIsCountedAndEndsForAWaiter() throws IOException {
        Socket slow = client("127.0.0.1", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx");
        await("weir_pool_trickling", is(1));
        client("127.0.0.2", GET);
        await("weir_pool_lent", is(2));
        assertThat(valueOf("weir_pool_gave_way_total")).isZero();

        client("127.0.0.2", GET);
        await("weir_pool_gave_way_total", is(1));
        assertThat(new String(slow.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 503");
        await("weir_pool_lent", is(2));
        assertThat(valueOf("weir_pool_trickling")).isZero();
        assertThat(valueOf("weir_pool_waiting")).isZero();
    }

    @Test
    void displacedWaitersAndYieldedConnectionsAreCounted() throws IOException {
        Socket first = client("127.0.0.2", GET);
        client("127.0.0.2", GET);
        await("weir_pool_lent", is(2));
        client("127.0.0.1", GET);
        client("127.0.0.1", GET);
        await("weir_pool_waiting", is(2));
        assertThat(valueOf("weir_pool_displaced_total")).isZero();

        client("127.0.0.3", GET);
        await("weir_pool_displaced_total", is(1));
        assertThat(valueOf("weir_pool_waiting")).isEqualTo(2);
        assertThat(valueOf("weir_pool_refused_total")).isEqualTo(1);

        first.shutdownOutput();
        await("weir_pool_yielded_total", is(1));
        await("weir_pool_waiting", is(1));
        await("weir_pool_lent", is(2));
        assertThat(valueOf("weir_pool_gave_way_total")).isZero();
    }

    // ---- clients and what is told of them

    private Socket client(String from, String request) throws IOException {
        Socket socket = dial(gateway.listening().getFirst(), from);
        open.add(socket);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static Socket dial(String address, String from) throws IOException {
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        return new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.ofLiteral(from), 0);
    }

    private static Predicate<Double> is(double wanted) {
        return value -> value == wanted;
    }

    /// Asks again and again; the test's own time-out ends it.
    private void await(String name, Predicate<Double> wanted) throws IOException {
        while (!wanted.test(valueOf(name))) Thread.onSpinWait();
    }

    private double valueOf(String name) throws IOException {
        String start = name + "{upstream=\"web\"} ";
        return metrics()
                .lines()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(start.length())))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + name));
    }

    private String metrics() throws IOException {
        try (var socket = dial(gateway.addresses(), "127.0.0.1")) {
            String request = "GET /metrics HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
