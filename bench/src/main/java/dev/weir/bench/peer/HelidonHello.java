package dev.weir.bench.peer;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.WebServer;

/// Helidon SE, a virtual thread for each connection. Usage: `HelidonHello PORT`.
public final class HelidonHello {
    private static final Header TYPE = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, Hello.TYPE);
    private static final Header LENGTH = HeaderValues.createCached(HeaderNames.CONTENT_LENGTH, Hello.TEXT.length());

    private HelidonHello() {}

    public static void main(String[] arguments) {
        byte[] body = Hello.bytes();
        WebServer.builder()
                .host(Hello.HOST)
                .port(Hello.port(arguments))
                .backlog(Hello.BACKLOG)
                .idleConnectionTimeout(Hello.IDLE)
                .connectionOptions(socket -> socket.readTimeout(Hello.IDLE).tcpNoDelay(true))
                .routing(routing -> routing.any(
                        (_, response) -> response.header(TYPE).header(LENGTH).send(body)))
                .build()
                .start();
        Hello.ready();
    }
}
