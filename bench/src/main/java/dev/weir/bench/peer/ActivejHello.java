package dev.weir.bench.peer;

import io.activej.bytebuf.ByteBuf;
import io.activej.eventloop.Eventloop;
import io.activej.http.HttpHeaderValue;
import io.activej.http.HttpHeaders;
import io.activej.http.HttpResponse;
import io.activej.http.HttpServer;
import io.activej.reactor.net.ServerSocketSettings;
import io.activej.reactor.net.SocketSettings;
import java.io.IOException;

/// ActiveJ with its one event loop. Usage: `ActivejHello PORT`.
public final class ActivejHello {
    private ActivejHello() {}

    public static void main(String[] arguments) throws IOException {
        byte[] body = Hello.bytes();
        var type = HttpHeaderValue.of(Hello.TYPE);
        var loop = Eventloop.builder().withCurrentThread().build();
        HttpServer.builder(
                        loop,
                        _ -> HttpResponse.ok200()
                                .withHeader(HttpHeaders.CONTENT_TYPE, type)
                                .withBody(ByteBuf.wrapForReading(body))
                                .toPromise())
                .withListenAddress(Hello.address(arguments))
                .withServerSocketSettings(ServerSocketSettings.builder()
                        .withBacklog(Hello.BACKLOG)
                        .build())
                .withSocketSettings(
                        SocketSettings.builder().withTcpNoDelay(true).build())
                .withKeepAliveTimeout(Hello.IDLE)
                .build()
                .listen();
        Hello.ready();
        loop.run();
    }
}
