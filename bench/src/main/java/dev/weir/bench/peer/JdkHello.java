package dev.weir.bench.peer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.util.concurrent.Executors;

/// The JDK's own server on virtual threads. Usage: `JdkHello PORT`, with nothing else on the class path: the JDK gives
/// way to any other server it finds there.
public final class JdkHello {
    private static final byte[] BODY = Hello.bytes();

    private JdkHello() {}

    public static void main(String[] arguments) throws IOException {
        serve(HttpServer.create(Hello.address(arguments), Hello.BACKLOG));
    }

    static void serve(HttpServer server) {
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", JdkHello::answer);
        server.start();
        Hello.ready();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", Hello.TYPE);
        exchange.sendResponseHeaders(200, BODY.length);
        try (var body = exchange.getResponseBody()) {
            body.write(BODY);
        }
    }
}
