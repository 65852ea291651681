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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves what a running gateway tells of an origin that serves, goes and comes back: in its metrics, and in a
/// line for people each way.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OriginMetricsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Test
    void connectsAreCountedAndAnOriginIsReportedDownAndUp() throws IOException {
        var origin = new ServerSocket(0, 50, HERE);
        int port = origin.getLocalPort();
        Gateway gateway = open(port);
        try {
            Socket taken = serve(origin, gateway, 3);
            assertThat(metric(gateway, "weir_pool_connect_seconds_count{upstream=\"web\"}"))
                    .isEqualTo(1);
            assertThat(metric(gateway, "weir_pool_acquire_seconds_count{upstream=\"web\"}"))
                    .isEqualTo(3);
            assertThat(metric(gateway, "weir_pool_connect_seconds_sum{upstream=\"web\"}"))
                    .isPositive();
            assertThat(metric(gateway, passedOver(port))).isZero();

            origin.close();
            taken.close();
            refused(gateway);
            assertThat(metric(gateway, passedOver(port))).isEqualTo(1);
            assertThat(page(gateway, "/status"))
                    .contains("\"origins\":[{\"upstream\":\"web\",\"origin\":\"127.0.0.1:" + port
                            + "\",\"state\":\"refuses\",\"connections\":0,\"outstanding\":0,\"failed\":")
                    .contains("\"requests\":4,\"errors\":1}]")
                    .contains("\"2xx\":3,\"3xx\":0,\"4xx\":0,\"5xx\":1}");
            assertThat(lines).hasSize(1);
            assertThat(lines.getFirst())
                    .matches("origin 127\\.0\\.0\\.1:" + port + " of upstream web accepts no connections: .*efused.*");

            try (var again = new ServerSocket(port, 50, HERE)) {
                serve(again, gateway, 1).close();
                assertThat(metric(gateway, passedOver(port))).isZero();
            }
            assertThat(lines).hasSize(2);
            assertThat(lines.getLast())
                    .startsWith("origin 127.0.0.1:" + port + " of upstream web accepts connections again, after ");
            assertThat(metric(gateway, outcome(port, "replied", "2xx"))).isEqualTo(4);
            assertThat(metric(gateway, outcome(port, "not_sent", "5xx"))).isEqualTo(1);
        } finally {
            close(gateway);
        }
    }

    @Test
    void limitsAndBuildInfoAreExported() throws IOException {
        Gateway gateway = open(4);
        try {
            assertThat(metric(gateway, "weir_pool_connections_limit{upstream=\"web\"}"))
                    .isEqualTo(7);
            assertThat(metric(gateway, "weir_pool_waiting_limit{upstream=\"web\"}"))
                    .isEqualTo(9);
            assertThat(metric(gateway, "weir_listener_connections_limit{listener=\"127.0.0.1:0\"}"))
                    .isEqualTo(100);
            assertThat(metric(gateway, "weir_uptime_seconds")).isPositive();
            assertThat(metric(gateway, "process_open_fds")).isPositive();
            assertThat(metric(gateway, "process_max_fds")).isPositive();
            assertThat(metric(gateway, "process_resident_memory_bytes")).isGreaterThan(1 << 20);
            assertThat(page(gateway)).containsPattern("weir_build_info\\{version=\"[^\"]+\",java=\"[^\"]+\"} 1\n");
        } finally {
            close(gateway);
        }
    }

    // ---- the stage

    private Gateway open(int port) {
        String file = """
                memory: 32MiB
                admin: 127.0.0.1:0
                access-log: off
                upstreams:
                  web: { origins: ["127.0.0.1:%d"], pool: { connections: 7, waiting: 9 } }
                listeners:
                  - { bind: "127.0.0.1:0", upstream: web, limits: { connections: 100 } }
                """.formatted(port);
        return switch (ConfigReader.read("test.yaml", file)) {
            case ConfigReader.Read(var config) -> Gateway.open(config, lines::add);
            case ConfigReader.Refused refused -> throw new AssertionError(refused);
        };
    }

    private static void close(Gateway gateway) {
        assertThat(gateway.close(Deadline.in(Clock.system(), Duration.ofSeconds(10))))
                .allMatch(CloseReport::isClean);
    }

    /// Serves requests of one client, one after the other, on one connection from the gateway.
    private static Socket serve(ServerSocket origin, Gateway gateway, int requests) throws IOException {
        try (Socket client = dial(gateway.listening().getFirst())) {
            send(client);
            Socket taken = origin.accept();
            for (int i = 0; i < requests; i++) {
                if (i > 0) send(client);
                readHead(taken);
                taken.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(readHead(client)).startsWith("HTTP/1.1 200");
            }
            return taken;
        }
    }

    private static void refused(Gateway gateway) throws IOException {
        try (Socket client = dial(gateway.listening().getFirst())) {
            send(client);
            assertThat(readHead(client)).startsWith("HTTP/1.1 503");
        }
    }

    private static void send(Socket client) throws IOException {
        client.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readHead(Socket from) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int one = from.getInputStream().read();
            if (one < 0) throw new AssertionError("it ended after " + head);
            head.append((char) one);
        }
        return head.toString();
    }

    private static String passedOver(int port) {
        return "weir_origin_passed_over{upstream=\"web\",origin=\"127.0.0.1:" + port + "\"}";
    }

    private static String outcome(int port, String outcome, String status) {
        return "weir_requests_outcome_total{listener=\"127.0.0.1:0\",upstream=\"web\",origin=\"127.0.0.1:" + port
                + "\",outcome=\"" + outcome + "\",status=\"" + status + "\"}";
    }

    private static Socket dial(String address) throws IOException {
        return new Socket(HERE, Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    }

    private static double metric(Gateway gateway, String series) throws IOException {
        return page(gateway)
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + series));
    }

    private static String page(Gateway gateway) throws IOException {
        return page(gateway, "/metrics");
    }

    private static String page(Gateway gateway, String path) throws IOException {
        try (Socket socket = dial(gateway.adminAddress())) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
