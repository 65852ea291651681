package dev.weir.examples;

import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.server.Weir;
import dev.weir.server.WeirSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// A server that greets: the smallest there is.
final class Hello {
    private Hello() {}

    public static void main(String[] arguments) throws InterruptedException {
        // snippet: hello
        var hello = Answer.text(200, "Hello, World!");
        try (var weir = Weir.open(WeirSettings.of("hello", 64 << 20, 8_000))) {
            HttpServer.open(
                    weir,
                    ServerSettings.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080)),
                    exchange -> exchange.answer(hello));
            Thread.currentThread().join();
        }
        // end
    }
}
