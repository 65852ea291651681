package dev.weir.bench;

import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import java.io.IOException;

/// Two origins in a JVM of their own: our server, and an answer that is always the same. Says their ports in
/// one line and ends when its input does.
final class Origins {
    private static final int CONNECTIONS_MAX = 1_000;

    private Origins() {}

    /// Serves until the input ends.
    public static void main(String[] arguments) throws IOException {
        try (var weir = Weir.open(WeirSettings.of("origins", 64L << 20, CONNECTIONS_MAX))) {
            var first = open(weir, "first");
            var second = open(weir, "second");
            System.out.println(first.local().port() + " " + second.local().port());
            while (System.in.read() >= 0) {
                // nothing is said to it but the end
            }
            first.abort();
            second.abort();
        }
    }

    private static HttpServer open(Weir weir, String name) {
        var answer = Answer.text(200, name + " ".repeat(64 - name.length()));
        return HttpServer.open(
                weir,
                ServerSettings.localPort(0).withConnectionsMax(CONNECTIONS_MAX / 2),
                exchange -> exchange.answer(answer));
    }
}
