package dev.weir.examples;

import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.ServerSettings;
import dev.weir.runtime.Weir;
import java.time.Duration;

/// The server of docs/library/first-server.md: one page, and 404 for everything else.
final class FirstServer {
    private FirstServer() {}

    // snippet: first-server
    private static final Answer HELLO = Answer.text(200, "Hello, World!");
    private static final Answer NOT_FOUND = Answer.text(404, "There is only /hello here.");

    static void handle(ServerExchange exchange) {
        exchange.answer(exchange.target().equals("/hello") ? HELLO : NOT_FOUND);
    }

    public static void main(String[] arguments) throws InterruptedException {
        try (var weir = Weir.open("first")) {
            HttpServer.open(weir, ServerSettings.localPort(8080), FirstServer::handle);
            weir.closeOnExit(Duration.ofSeconds(10)); // on SIGTERM, requests in flight have 10 s to finish
            weir.awaitClosed();
        }
    }
    // end
}
