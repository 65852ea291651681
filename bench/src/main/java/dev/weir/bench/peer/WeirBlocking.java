package dev.weir.bench.peer;

import dev.weir.http.blocking.BlockingHandlers;
import dev.weir.http.server.HttpServer;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;

/// Ours, answering in blocking code on a virtual thread. Usage: `WeirBlocking PORT`.
public final class WeirBlocking {
    private static final int IN_FLIGHT_MAX = 256;

    private WeirBlocking() {}

    public static void main(String[] arguments) throws InterruptedException {
        var settings = WeirSettings.of("hello", WeirHello.MEMORY_BYTES, WeirHello.CONNECTIONS_MAX)
                .withCharge(BlockingHandlers.charge(IN_FLIGHT_MAX));
        try (var weir = Weir.open(settings)) {
            var handlers = BlockingHandlers.of(
                    weir,
                    (_, response) -> response.header("Content-Type", Hello.TYPE).send(Hello.TEXT),
                    IN_FLIGHT_MAX);
            HttpServer.open(weir, WeirHello.settings(arguments), handlers);
            Hello.ready();
            Thread.currentThread().join();
        }
    }
}
