package dev.weir.bench.peer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// What every peer answers, where it listens, and how long it bears an idle connection.
///
/// **Threads:** immutable.
final class Hello {
    static final String TEXT = "Hello, World!";
    static final String TYPE = "text/plain";
    static final String HOST = "127.0.0.1";
    /// Connections that wait to be accepted.
    static final int BACKLOG = 4096;
    /// Longer than any bench, so that no peer closes what a bench counts.
    static final Duration IDLE = Duration.ofMinutes(10);

    private Hello() {}

    static byte[] bytes() {
        return TEXT.getBytes(StandardCharsets.US_ASCII);
    }

    static int port(String[] arguments) {
        return Integer.parseInt(arguments[0]);
    }

    static InetSocketAddress address(String[] arguments) {
        return new InetSocketAddress(InetAddress.ofLiteral(HOST), port(arguments));
    }

    /// Tells the bench that connections are accepted.
    static void ready() {
        System.out.println("ready");
    }
}
