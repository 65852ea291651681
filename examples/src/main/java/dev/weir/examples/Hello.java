package dev.weir.examples;

import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.runtime.Weir;
import java.time.Duration;

/// A server that greets: the smallest there is.
final class Hello {
    private Hello() {}

    public static void main(String[] arguments) throws InterruptedException {
        int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8080;
        // snippet: hello
        var hello = Answer.text(200, "Hello, World!");
        try (var weir = Weir.open("hello")) {
            HttpServer.open(weir, ServerSettings.localPort(port), exchange -> exchange.answer(hello));
            weir.closeOnExit(Duration.ofSeconds(10)); // SIGTERM: what is in flight has 10 s to finish
            weir.awaitClosed();
        }
        // end
    }
}
