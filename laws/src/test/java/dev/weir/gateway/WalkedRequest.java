package dev.weir.gateway;

import dev.weir.gateway.config.ConfigReader;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.log.LogTarget;
import dev.weir.loop.CloseReport;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.walk.Entries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// One GET over real sockets, through a gateway with one loop, one origin and an access log, recorded
/// from the moment its client connects until its line is written. Loaded by a loader that tells [Entries].
public final class WalkedRequest implements Callable<String> {
    private static final String NAME = "walk";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    /// The client's answer and the log's line.
    @Override
    public String call() throws IOException, InterruptedException {
        var log = new FirstLine();
        try (var origin = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofVirtual().start(() -> answer(origin));
            GatewayConfig config = config(origin.getLocalPort());
            var settings = WeirSettings.of(NAME).withLoops(1).withCharges(Gateway.charges(config, 1));
            Gateway gateway = Gateway.over(Weir.open(settings), config, line -> {}, setting -> log);
            String answer;
            try {
                answer = ask(gateway.listening().getFirst());
                if (!log.written.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IllegalStateException("no line was written");
                }
            } finally {
                Entries.stop();
                close(gateway);
            }
            answering.join(PATIENCE);
            return answer + "\n" + log.line;
        }
    }

    private static GatewayConfig config(int origin) {
        String text = """
                admin: off
                access-log: stdout
                listeners:
                  - { bind: "127.0.0.1:0", limits: { connections: 10 }, upstream: web }
                upstreams:
                  web: { origins: [ "127.0.0.1:%d" ] }
                """.formatted(origin);
        return switch (ConfigReader.read("walk.yaml", text)) {
            case ConfigReader.Read(var config) -> config;
            case ConfigReader.Refused refused -> throw new IllegalStateException(refused.toString());
        };
    }

    private static String ask(String listening) throws IOException {
        int port = Integer.parseInt(listening.substring(listening.lastIndexOf(':') + 1));
        Entries.start(NAME + "-0");
        try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout((int) PATIENCE.toMillis());
            client.getOutputStream()
                    .write("GET /walk HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static void answer(ServerSocket origin) {
        try (Socket one = origin.accept()) {
            one.setSoTimeout((int) PATIENCE.toMillis());
            byte[] head = new byte[1024];
            int length = 0;
            while (!new String(head, 0, length, StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                int read = one.getInputStream().read(head, length, head.length - length);
                if (read < 0) return;
                length += read;
            }
            one.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
            // Why: who closes first is the gateway, when it is over.
            while (one.getInputStream().read() >= 0) {}
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void close(Gateway gateway) {
        for (CloseReport report : gateway.close(Deadline.in(Clock.system(), PATIENCE))) {
            if (!report.isClean()) throw new IllegalStateException(report.toString());
        }
    }

    /// Keeps the first line; with it the walk is over.
    private static final class FirstLine implements LogTarget {
        private final CountDownLatch written = new CountDownLatch(1);
        private volatile String line = "";

        @Override
        public void write(ByteBuffer bytes) {
            Entries.stop();
            if (line.isEmpty()) line = StandardCharsets.US_ASCII.decode(bytes).toString();
            bytes.position(bytes.limit());
            written.countDown();
        }

        @Override
        public void reopen() {}

        @Override
        public void close() {}
    }
}
