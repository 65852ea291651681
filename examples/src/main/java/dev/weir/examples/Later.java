package dev.weir.examples;

import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.ServerSettings;
import dev.weir.runtime.Weir;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/// A server whose answers are made on other threads, while its loops go on.
final class Later {
    private Later() {}

    // snippet: later
    static void handle(ServerExchange exchange, Executor workers) {
        String target = exchange.target(); // a copy: the request's bytes stay on the loop
        exchange.forgetHead(); // so no memory is held while others work
        CompletableFuture<Void> _ = CompletableFuture.supplyAsync(() -> work(target), workers)
                .exceptionally(failure -> Answer.text(500, "failed"))
                .thenAccept(exchange::answer); // on a thread of the executor
    }
    // end

    private static Answer work(String target) {
        return Answer.text(200, "You asked for " + target);
    }

    public static void main(String[] arguments) throws InterruptedException {
        int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8080;
        try (var workers = Executors.newFixedThreadPool(8);
                var weir = Weir.open("later")) {
            HttpServer.open(weir, ServerSettings.localPort(port), exchange -> handle(exchange, workers));
            weir.closeOnExit(Duration.ofSeconds(10));
            weir.awaitClosed();
        }
    }
}
