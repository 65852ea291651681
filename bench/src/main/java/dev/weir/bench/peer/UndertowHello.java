package dev.weir.bench.peer;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.ByteBuffer;
import org.xnio.Options;

/// Undertow with one I/O thread, answering on it. Usage: `UndertowHello PORT`.
public final class UndertowHello {
    private static final ByteBuffer BODY = ByteBuffer.allocateDirect(Hello.TEXT.length())
            .put(Hello.bytes())
            .flip()
            .asReadOnlyBuffer();

    private UndertowHello() {}

    public static void main(String[] arguments) {
        Undertow.builder()
                .addHttpListener(Hello.port(arguments), Hello.HOST)
                .setIoThreads(1)
                .setSocketOption(Options.TCP_NODELAY, true)
                .setSocketOption(Options.BACKLOG, Hello.BACKLOG)
                .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .setServerOption(UndertowOptions.RECORD_REQUEST_START_TIME, false)
                .setServerOption(UndertowOptions.BUFFER_PIPELINED_DATA, true)
                .setHandler(UndertowHello::answer)
                .build()
                .start();
        Hello.ready();
    }

    private static void answer(HttpServerExchange exchange) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, Hello.TYPE);
        exchange.getResponseSender().send(BODY.duplicate());
    }
}
