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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that a gateway names itself and its listener in Via, ends requests that come back to where they were,
/// and says nothing where it is told so. Whole gateways over real sockets.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ViaTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    @Test
    void aRequestThatComesBackToItsListenerIsAnswered508() throws IOException {
        int own = freePort();
        int other = freePort();
        // Why: over a second listener of the same gateway, which is no circle yet.
        Gateway gateway = open("""
                  - { bind: "127.0.0.1:%1$d", upstream: second }
                  - { bind: "127.0.0.1:%2$d", upstream: first }
                upstreams:
                  first: { origins: ["127.0.0.1:%1$d"] }
                  second: { origins: ["127.0.0.1:%2$d"] }
                """.formatted(own, other));
        try (Socket client = new Socket(HERE, own)) {
            send(client, "");

            String head = readHead(client);
            assertThat(head)
                    .startsWith("HTTP/1.1 508 Loop Detected\r\n")
                    .containsPattern("\r\nVia: 1.1 weir-[0-9a-f]{8}-2\r\n")
                    .containsPattern("\r\nVia: 1.1 weir-[0-9a-f]{8}-1\r\n");
        } finally {
            close(gateway);
        }
    }

    @Test
    void viaOffAddsNoFieldAndDetectsNoLoop() throws IOException {
        try (var origin = new ServerSocket(0, 50, HERE)) {
            Gateway gateway = open("""
                      - { bind: "127.0.0.1:0", upstream: web, via: off }
                    upstreams:
                      web: { origins: ["127.0.0.1:%d"] }
                    """.formatted(origin.getLocalPort()));
            try (Socket client = dial(gateway.listening().getFirst())) {
                send(client, "Via: 1.1 weir-00000000-1\r\n");
                Socket taken = origin.accept();
                assertThat(readHead(taken)).containsOnlyOnce("Via: ").contains("Via: 1.1 weir-00000000-1\r\n");
                taken.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(readHead(client)).startsWith("HTTP/1.1 200").doesNotContain("Via: ");
                taken.close();
            } finally {
                close(gateway);
            }
        }
    }

    private static Gateway open(String listeners) {
        String file = "memory: 32MiB\nadmin: off\naccess-log: off\nlisteners:\n" + listeners;
        return switch (ConfigReader.read(
                "test.yaml", file.replace("upstream:", "limits: { connections: 20 }, upstream:"))) {
            case ConfigReader.Read(var config) -> Gateway.open(config, line -> {});
            case ConfigReader.Refused refused -> throw new AssertionError(refused);
        };
    }

    private static void close(Gateway gateway) {
        assertThat(gateway.close(Deadline.in(Clock.system(), Duration.ofSeconds(10))))
                .allMatch(CloseReport::isClean);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, HERE)) {
            return socket.getLocalPort();
        }
    }

    private static Socket dial(String address) throws IOException {
        return new Socket(HERE, Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    }

    private static void send(Socket client, String fields) throws IOException {
        client.getOutputStream()
                .write(("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n").getBytes(StandardCharsets.US_ASCII));
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
}
