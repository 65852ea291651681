package dev.weir.bench.peer;

import java.io.IOException;
import robaho.net.httpserver.DefaultHttpServerProvider;

/// robaho's server behind the API of the JDK's, on virtual threads. Usage: `RobahoHello PORT`.
public final class RobahoHello {
    private RobahoHello() {}

    public static void main(String[] arguments) throws IOException {
        JdkHello.serve(new DefaultHttpServerProvider().createHttpServer(Hello.address(arguments), Hello.BACKLOG));
    }
}
