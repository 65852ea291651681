package dev.weir.bench;

import dev.weir.bench.measure.Running;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the gateway's own metrics tell beside: requests, lines of the access log, connections that changed loops.
///
/// @param requests that ended
/// @param dropped lines of the access log that were not written
/// @param moved idle connections to origins that went to another loop
record GatewayMetricsReader(long requests, long dropped, long moved) {
    private static final int LOOKS = 100;
    private static final long LOOK_MILLIS = 20;
    private static final Pattern ADMIN = Pattern.compile("admin 127\\.0\\.0\\.1:(\\d+)");

    /// What `/metrics` says now.
    static GatewayMetricsReader of(int adminPort) throws IOException {
        String page = page(adminPort);
        return new GatewayMetricsReader(
                sum(page, "weir_requests_outcome_total"),
                sum(page, "weir_log_dropped_total"),
                sum(page, "weir_pool_moved_total"));
    }

    /// Where the admin pages of a gateway are, which it says a little after its first answer.
    static int adminPort(Running gateway) throws IOException, InterruptedException {
        for (int look = 0; look < LOOKS; look++) {
            Matcher admin = ADMIN.matcher(gateway.said());
            if (admin.find()) return Integer.parseInt(admin.group(1));
            Thread.sleep(LOOK_MILLIS);
        }
        throw new IOException("the gateway does not say where its admin page is");
    }

    /// Bytes of blocks that somebody holds now.
    static long heldBytes(int adminPort) throws IOException {
        return sum(page(adminPort), "weir_memory_used_bytes");
    }

    static String page(int adminPort) throws IOException {
        try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), adminPort)) {
            socket.getOutputStream().write("GET /metrics HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static long sum(String page, String name) {
        return Pattern.compile("^" + name + "(?:\\{[^}]*})? ([0-9.E]+)$", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .mapToLong(found -> (long) Double.parseDouble(found.group(1)))
                .sum();
    }

    /// What came since `before`.
    GatewayMetricsReader since(GatewayMetricsReader before) {
        return new GatewayMetricsReader(requests - before.requests, dropped - before.dropped, moved - before.moved);
    }

    String describe() {
        return "%,d requests ended; lines of the access log: %,d written, %,d dropped; connections moved between loops: %,d%n"
                .formatted(requests, requests - dropped, dropped, moved);
    }
}
