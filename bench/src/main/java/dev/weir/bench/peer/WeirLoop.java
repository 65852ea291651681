package dev.weir.bench.peer;

import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;

/// Ours, answering on the loop: as the program of the README does. Usage: `WeirLoop PORT`.
public final class WeirLoop {
    private WeirLoop() {}

    public static void main(String[] arguments) throws InterruptedException {
        var hello = Answer.of(200, Hello.TYPE, Hello.bytes());
        try (var weir = Weir.open(WeirSettings.of("hello", WeirHello.MEMORY_BYTES, WeirHello.CONNECTIONS_MAX))) {
            HttpServer.open(weir, WeirHello.settings(arguments), exchange -> exchange.answer(hello));
            Hello.ready();
            Thread.currentThread().join();
        }
    }
}
