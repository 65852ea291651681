package dev.weir.bench.peer;

import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.reactivestreams.Publisher;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/// A reverse proxy on reactor-netty with one event loop: the body of a request is the publisher that the
/// client sends, and that of the answer the publisher that the server sends, so that demand is all that
/// moves bytes. Usage: `ReactorProxy PORT ORIGINPORT`.
public final class ReactorProxy {
    private static final int UPSTREAM_MAX = 4_096;

    private ReactorProxy() {}

    public static void main(String[] arguments) {
        var loop = LoopResources.create("proxy", 1, true);
        var client = HttpClient.create(ConnectionProvider.create("origin", UPSTREAM_MAX))
                .runOn(loop)
                .host(Hello.HOST)
                .port(Integer.parseInt(arguments[1]));
        var server = HttpServer.create()
                .runOn(loop)
                .host(Hello.HOST)
                .port(Hello.port(arguments))
                .option(ChannelOption.SO_BACKLOG, Hello.BACKLOG)
                .handle((request, response) -> forward(client, request, response))
                .bindNow();
        Hello.ready();
        server.onDispose().block();
    }

    private static Publisher<Void> forward(HttpClient client, HttpServerRequest request, HttpServerResponse response) {
        return client.headers(headers -> copy(request.requestHeaders(), headers))
                .request(request.method())
                .uri(request.uri())
                .send((asked, out) -> out.send(request.receive().retain()))
                .responseConnection((answer, origin) -> response.status(answer.status())
                        .headers(answer.responseHeaders())
                        .send(origin.inbound().receive().retain()));
    }

    private static void copy(HttpHeaders from, HttpHeaders to) {
        to.set(from).set("X-Forwarded-For", Hello.HOST);
        boolean hasBody =
                from.contains(HttpHeaderNames.CONTENT_LENGTH) || from.contains(HttpHeaderNames.TRANSFER_ENCODING);
        if (!hasBody) to.set(HttpHeaderNames.CONTENT_LENGTH, 0);
    }
}
