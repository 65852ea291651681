package dev.weir.bench.peer;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/// Jetty without servlets: one selector, and a handler that it may run there. Usage: `JettyHello PORT`.
public final class JettyHello {
    private JettyHello() {}

    public static void main(String[] arguments) throws Exception {
        var server = new Server();
        var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(new HttpConfiguration()));
        connector.setHost(Hello.HOST);
        connector.setPort(Hello.port(arguments));
        connector.setAcceptQueueSize(Hello.BACKLOG);
        connector.setIdleTimeout(Hello.IDLE.toMillis());
        server.addConnector(connector);
        server.setHandler(new Greeting());
        server.start();
        Hello.ready();
    }

    private static final class Greeting extends Handler.Abstract.NonBlocking {
        private static final HttpField TYPE = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, Hello.TYPE);
        private static final HttpField LENGTH =
                new PreEncodedHttpField(HttpHeader.CONTENT_LENGTH, String.valueOf(Hello.TEXT.length()));
        private static final ByteBuffer BODY = ByteBuffer.wrap(Hello.bytes()).asReadOnlyBuffer();

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.getHeaders().add(TYPE).add(LENGTH);
            response.write(true, BODY.slice(), callback);
            return true;
        }
    }
}
