package dev.weir.bench.peer;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyResponse;
import java.util.concurrent.ExecutionException;

/// The reverse proxy of Vert.x with one event loop, one origin and connections that are kept. Usage:
/// `VertxProxy PORT ORIGINPORT`.
public final class VertxProxy {
    private static final int UPSTREAM_MAX = 512;

    private VertxProxy() {}

    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        var vertx = VertxHello.oneLoop();
        var client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAliveTimeout((int) Hello.IDLE.toSeconds()),
                new PoolOptions().setHttp1MaxSize(UPSTREAM_MAX));
        var proxy = HttpProxy.reverseProxy(client)
                .origin(Integer.parseInt(arguments[1]), Hello.HOST)
                .addInterceptor(new ForwardedFor());
        vertx.createHttpServer(VertxHello.options(arguments))
                .requestHandler(proxy)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        Hello.ready();
    }

    /// Tells the origin who asked, as every other proxy of the bench does.
    private static final class ForwardedFor implements ProxyInterceptor {
        @Override
        public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
            var request = context.request();
            String client = request.proxiedRequest().remoteAddress().hostAddress();
            request.headers().add("X-Forwarded-For", client);
            return context.sendRequest();
        }
    }
}
