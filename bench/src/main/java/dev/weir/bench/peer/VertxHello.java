package dev.weir.bench.peer;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.ExecutionException;

/// Vert.x with one event loop on its native transport. Usage: `VertxHello PORT`.
public final class VertxHello {
    private VertxHello() {}

    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        var vertx = oneLoop();
        var body = Buffer.buffer(Hello.TEXT);
        var type = HttpHeaders.createOptimized(Hello.TYPE);
        var length = HttpHeaders.createOptimized(String.valueOf(Hello.TEXT.length()));
        vertx.createHttpServer(options(arguments))
                .requestHandler(request -> request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, type)
                        .putHeader(HttpHeaders.CONTENT_LENGTH, length)
                        .end(body))
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        Hello.ready();
    }

    static Vertx oneLoop() {
        return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    }

    static HttpServerOptions options(String[] arguments) {
        return new HttpServerOptions()
                .setHost(Hello.HOST)
                .setPort(Hello.port(arguments))
                .setAcceptBacklog(Hello.BACKLOG);
    }
}
