package dev.weir.bench.peer;

import java.io.IOException;
import java.util.List;
import org.microhttp.EventLoop;
import org.microhttp.Header;
import org.microhttp.NoopLogger;
import org.microhttp.Options;
import org.microhttp.Response;

/// microhttp with one loop for its connections. Usage: `MicrohttpHello PORT`.
public final class MicrohttpHello {
    private MicrohttpHello() {}

    public static void main(String[] arguments) throws IOException {
        var options = Options.builder()
                .withHost(Hello.HOST)
                .withPort(Hello.port(arguments))
                .withReuseAddr(true)
                .withAcceptLength(Hello.BACKLOG)
                .withRequestTimeout(Hello.IDLE)
                .withConcurrency(1)
                .build();
        var response = new Response(200, "OK", List.of(new Header("Content-Type", Hello.TYPE)), Hello.bytes());
        new EventLoop(options, NoopLogger.instance(), (_, callback) -> callback.accept(response)).start();
        Hello.ready();
    }
}
