package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gateway.config.ConfigReader;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.loop.CloseReport;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Proves that a gateway opens everything or nothing, and that nothing is left when it is closed. Gateways
/// are opened in this process, on ports that the system chooses.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class GatewayTest {
    private final List<String> told = new CopyOnWriteArrayList<>();

    @TempDir
    Path folder;

    @Test
    void whatIsOpenedIsClosed() {
        var gateway = Gateway.open(config("127.0.0.1:0", "off"), told::add);
        assertThat(gateway.isReady()).isTrue();
        gateway.failReadiness();
        assertThat(gateway.isReady()).isFalse();

        gateway.drain();
        assertThat(gateway.abort().count()).isZero();
        assertThat(gateway.close(soon())).hasSize(2).allMatch(CloseReport::isClean);
        assertThat(told).isEmpty();
    }

    @Test
    void aListenerThatCannotBeOpenedClosesThoseBeforeIt() throws IOException {
        int free;
        try (var socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        try (var busy = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var config = config("127.0.0.1:" + free, "off", "127.0.0.1:" + busy.getLocalPort());

            assertThatThrownBy(() -> Gateway.open(config, told::add))
                    .isInstanceOf(CannotStartException.class)
                    .hasMessageContaining("listener 127.0.0.1:" + busy.getLocalPort())
                    .extracting(failure -> ((CannotStartException) failure).status())
                    .isEqualTo(1);
        }
        try (var again = new ServerSocket(free, 5, InetAddress.getLoopbackAddress())) {
            assertThat(again.isBound()).isTrue();
        }
    }

    @Test
    void anAccessLogThatCannotBeWrittenIsNamed() {
        var config = config("127.0.0.1:0", folder.resolve("missing/access.log").toString());

        assertThatThrownBy(() -> Gateway.open(config, told::add))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("missing/access.log");
    }

    @Test
    void allListenersShareThePoolOfAnUpstream() throws IOException {
        try (var origin = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var gateway = Gateway.open(oneConnectionTo(origin.getLocalPort()), told::add);
            List<String> at = gateway.listening();

            try (var holder = connected(at.get(1));
                    var _ = origin.accept()) {
                assertThat(answer(at.get(0))).startsWith("HTTP/1.1 503 ");
                try (var refused = connected(at.get(2))) {
                    assertThatThrownBy(() -> refused.getInputStream().read()).isInstanceOf(IOException.class);
                }
                assertThat(holder.isClosed()).isFalse();
            }
            assertThat(gateway.close(soon())).allMatch(CloseReport::isClean);
        }
    }

    private static GatewayConfig oneConnectionTo(int port) {
        return read("""
                memory: 32MiB
                admin: off
                access-log: off
                upstreams: { web: { origins: ["127.0.0.1:%d"], pool: { connections: 1, waiting: 0 } } }
                listeners:
                  - { bind: "127.0.0.1:0", upstream: web, limits: { connections: 10 } }
                  - { bind: "127.0.0.1:0", protocol: tcp, upstream: web, limits: { connections: 10 } }
                  - { bind: "127.0.0.1:0", protocol: tcp, upstream: web, limits: { connections: 10 } }
                """.formatted(port));
    }

    private static Socket connected(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        return new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(address.substring(colon + 1)));
    }

    private static String answer(String address) throws IOException {
        try (var socket = connected(address)) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(16), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void everyListenerSaysWhereItListens() {
        var gateway = Gateway.open(config("127.0.0.1:0", "off", "127.0.0.1:0", "127.0.0.1:0"), told::add);

        assertThat(gateway.addresses()).matches("(127\\.0\\.0\\.1:[1-9]\\d*, ){3}admin 127\\.0\\.0\\.1:[1-9]\\d*");
        assertThat(gateway.close(soon())).allMatch(CloseReport::isClean);
    }

    private static Deadline soon() {
        return Deadline.in(Clock.system(), Duration.ofSeconds(10));
    }

    private static GatewayConfig config(String http, String log, String... tcp) {
        var text = new StringBuilder("""
                memory: 32MiB
                admin: 127.0.0.1:0
                access-log: %s
                upstreams: { web: { origins: [127.0.0.1:1] } }
                listeners:
                  - { bind: "%s", protocol: http, limits: { connections: 100 }, routes: [ { upstream: web } ] }
                """.formatted(log, http));
        for (String bind : tcp) {
            text.append("  - { bind: \"%s\", protocol: tcp, upstream: web, limits: { connections: 100 } }\n"
                    .formatted(bind));
        }
        return read(text.toString());
    }

    private static GatewayConfig read(String text) {
        return switch (ConfigReader.read("test.yaml", text)) {
            case ConfigReader.Read(var config) -> config;
            case ConfigReader.Refused refused -> throw new AssertionError(refused);
        };
    }
}
