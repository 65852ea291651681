package dev.weir.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.transport.Endpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Proves that real clients that write their whole request before they read get the answer that was there long
/// before: an origin's through the gateway, the gateway's own, and the server library's. ADR 23 says how.
@Timeout(120)
final class UploadersTest {
    private static final int BYTES = 20_000_000;
    private static final int TURNS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void javasUrlConnectionGetsTheAnswerOfAnOriginThatClosesAtOnce() throws Exception {
        try (var origin = new Refusing();
                var gateway = RunningGateway.start(folder, List.of("127.0.0.1:" + origin.port()), "")) {
            for (int turn = 0; turn < TURNS; turn++) {
                assertThat(upload(gateway.url("/a"))).isEqualTo(413);
            }
        }
    }

    @Test
    void pythonsUrllibGetsTheAnswerOfAnOriginThatClosesAtOnce() throws Exception {
        String python = Program.find("python3");
        try (var origin = new Refusing();
                var gateway = RunningGateway.start(folder, List.of("127.0.0.1:" + origin.port()), "")) {
            for (int turn = 0; turn < TURNS; turn++) {
                String said = Program.run(LIMIT, List.of(python, "-c", """
                        import sys, urllib.error, urllib.request
                        urllib.request.install_opener(urllib.request.build_opener(urllib.request.ProxyHandler({})))
                        try:
                            urllib.request.urlopen(sys.argv[1], b"x" * int(sys.argv[2]), 30)
                        except urllib.error.HTTPError as refused:
                            print(refused.code)
                        """, gateway.url("/a"), String.valueOf(BYTES)));
                assertThat(said).isEqualTo("413\n");
            }
        }
    }

    @Test
    void javasUrlConnectionGetsTheGatewaysOwnAnswer() throws Exception {
        int nobody = Nginx.freePort();
        try (var gateway = RunningGateway.start(folder, List.of("127.0.0.1:" + nobody), "")) {
            for (int turn = 0; turn < TURNS; turn++) {
                assertThat(upload(gateway.url("/a"))).isEqualTo(503);
            }
        }
    }

    @Test
    void javasUrlConnectionGetsTheAnswerOfAHandlerThatReadsNothing() throws Exception {
        var refusal = Answer.text(403, "no");
        var address = Endpoint.loopback(0);
        try (var weir = Weir.open(WeirSettings.of("uploads", 8 << 20, 100))) {
            var settings = ServerSettings.at(address).withConnectionsMax(100);
            var server = HttpServer.open(weir, settings, exchange -> exchange.answer(refusal));
            String url = "http://127.0.0.1:" + server.local().port() + "/a";
            for (int turn = 0; turn < TURNS; turn++) assertThat(upload(url)).isEqualTo(403);
        }
    }

    /// Writes everything before it reads, and sees a broken pipe when that was refused by a reset.
    private static int upload(String url) throws IOException {
        var connection = (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setReadTimeout((int) LIMIT.toMillis());
        connection.setFixedLengthStreamingMode(BYTES);
        byte[] some = new byte[16 * 1024];
        try (OutputStream out = connection.getOutputStream()) {
            for (int sent = 0; sent < BYTES; sent += some.length) {
                out.write(some, 0, Math.min(some.length, BYTES - sent));
            }
        }
        int status = connection.getResponseCode();
        connection.disconnect();
        return status;
    }

    /// An origin that answers 413 as soon as it has a head, and closes with the rest of the request unread.
    private static final class Refusing implements AutoCloseable {
        private static final byte[] ANSWER =
                "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno".getBytes(US_ASCII);

        private final ServerSocket listening;
        private final Thread accepting;

        Refusing() throws IOException {
            listening = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
            accepting = Thread.ofVirtual().start(this::accept);
        }

        int port() {
            return listening.getLocalPort();
        }

        private void accept() {
            while (!listening.isClosed()) {
                try (Socket client = listening.accept()) {
                    if (client.getInputStream().read() >= 0) {
                        client.getOutputStream().write(ANSWER);
                    }
                } catch (IOException gone) {
                    // Why: whoever uploads may leave, and close ends the loop.
                }
            }
        }

        @Override
        public void close() throws IOException {
            listening.close();
            accepting.interrupt();
        }
    }
}
