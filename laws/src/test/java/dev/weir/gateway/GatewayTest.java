package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gateway.config.ConfigReader;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.loop.CloseReport;
import dev.weir.loop.Mailbox;
import dev.weir.runtime.Weir;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
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
    void closeLeavesNothingOpen() {
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

    /// Without an owner that ends the process.
    @Test
    void clientsOfEveryLoopAreClosedAtOnceWhenOneLoopFails() throws IOException {
        try (var origin = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var gateway = Gateway.open(inFlightTo(origin.getLocalPort()), told::add);
            List<String> at = gateway.listening();
            var clients = new ArrayList<Socket>();
            var accepted = new ArrayList<Socket>();
            for (int i = 0; i < 8; i++) {
                clients.add(connected(at.get(i % 2)));
                clients.getLast()
                        .getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                accepted.add(origin.accept());
                assertThat(accepted.getLast().getInputStream().read()).isEqualTo('G');
            }
            var loop = gateway.weir().group().loops().getLast();
            loop.post(new Mailbox.Node(() -> {
                throw new OutOfMemoryError("planted");
            }));

            clients.addAll(accepted);
            for (Socket one : clients) assertThat(isAtItsEnd(one)).isTrue();
            List<CloseReport> reports = gateway.close(soon());
            assertThat(reports).allMatch(CloseReport::isClean);
            assertThat(reports.getFirst().failures()).singleElement().asString().contains("planted");
        }
    }

    @Test
    void theDemoIsNotifiedOfAFailedLoop() throws Exception {
        var failed = new CompletableFuture<Throwable>();
        var origins = DemoOrigins.open(List.of("one", "two"), (_, why) -> failed.complete(why));
        // Why: nothing but a lack of memory ends a loop, and nobody else may reach it.
        var field = DemoOrigins.class.getDeclaredField("weir");
        field.setAccessible(true);
        var loop = ((Weir) field.get(origins)).group().loops().getFirst();
        loop.post(new Mailbox.Node(() -> {
            throw new OutOfMemoryError("planted");
        }));

        assertThat(failed.get(10, TimeUnit.SECONDS)).hasMessage("planted");
        var report = origins.close(soon());
        assertThat(report.isClean()).isTrue();
        assertThat(report.failures()).hasSize(1);
    }

    private static boolean isAtItsEnd(Socket one) throws IOException {
        one.setSoTimeout(10_000);
        try (one) {
            int got = one.getInputStream().read();
            while (got >= 0) got = one.getInputStream().read();
            return true;
        } catch (SocketTimeoutException hangs) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
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

    private static GatewayConfig inFlightTo(int origin) {
        return read("""
                memory: 32MiB
                admin: off
                access-log: off
                listeners:
                  - bind: 127.0.0.1:0
                    protocol: http
                    limits: { connections: 100 }
                    routes: [ { upstream: u } ]
                  - { bind: 127.0.0.1:0, protocol: tcp, upstream: u, limits: { connections: 100 } }
                upstreams:
                  u: { origins: [127.0.0.1:%d] }
                """.formatted(origin));
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
    void addressesListEveryListener() {
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
