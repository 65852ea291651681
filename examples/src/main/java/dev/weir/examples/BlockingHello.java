package dev.weir.examples;

import dev.weir.http.blocking.BlockingHandlers;
import dev.weir.http.blocking.Request;
import dev.weir.http.blocking.Response;
import dev.weir.http.codec.Method;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import java.io.IOException;
import java.time.Duration;

/// A server in plain blocking code: it greets by name and sends back what is posted.
final class BlockingHello {
    private static final int IN_FLIGHT_MAX = 256;

    private BlockingHello() {}

    // snippet: blocking-hello
    static void handle(Request request, Response response) throws IOException {
        if (request.method() == Method.POST) {
            request.body().transferTo(response.body()); // sends back what is posted, of any size
            return;
        }
        String name = request.parameter("name").orElse("World").replaceAll("[^\\p{L} ]", "");
        response.header("Content-Type", "application/json").send("{\"hello\": \"" + name + "\"}\n");
    }
    // end

    public static void main(String[] arguments) throws InterruptedException {
        int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8080;
        var settings = WeirSettings.of("hello").withCharge(BlockingHandlers.charge(IN_FLIGHT_MAX));
        try (var weir = Weir.open(settings)) {
            HttpServer.open(
                    weir,
                    ServerSettings.localPort(port),
                    BlockingHandlers.of(weir, BlockingHello::handle, IN_FLIGHT_MAX));
            weir.closeOnExit(Duration.ofSeconds(10));
            weir.awaitClosed();
        }
    }
}
