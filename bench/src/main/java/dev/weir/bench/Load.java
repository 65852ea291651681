package dev.weir.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Sends requests over kept connections, one at a time on each, from one thread. For each line `NUMBER` on its input it
/// sends so many, says how far it is, and at the end `done NANOSECONDS`. An answer that is not a 200 ends it.
///
/// Its arguments: the port, and the number of connections.
final class Load {
    private static final List<String> REQUESTS = List.of(
            "GET /a/page?with=query HTTP/1.1\r\nHost: h.example\r\nAccept: */*\r\nUser-Agent: bench\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h.example\r\nX-Request-Id: 0123456789abcdef\r\n\r\n",
            "POST /form HTTP/1.1\r\nHost: h.example\r\nContent-Length: 8\r\n\r\nall of i",
            "POST /form HTTP/1.1\r\nHost: h.example\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n");
    private static final int PROGRESS = 20_000;

    private final Selector selector;
    private final List<LoadConnection> connections;

    private Load(Selector selector, List<LoadConnection> connections) {
        this.selector = selector;
        this.connections = connections;
    }

    /// Sends as its input says, until that ends.
    public static void main(String[] arguments) throws IOException {
        var gateway = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(arguments[0]));
        var connections = new ArrayList<LoadConnection>();
        try (var selector = Selector.open();
                var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                connections.add(LoadConnection.open(gateway, selector, REQUESTS.get(i % REQUESTS.size())));
            }
            var load = new Load(selector, connections);
            for (String line = in.readLine(); line != null; line = in.readLine()) load.send(Long.parseLong(line));
        }
    }

    /// Sends `count` requests and takes their answers.
    private void send(long count) throws IOException {
        long began = System.nanoTime();
        long sent = 0;
        for (LoadConnection connection : connections) {
            if (sent < count) connection.request();
            sent++;
        }
        sent = Math.min(sent, count);
        long answered = 0;
        while (answered < count) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                var connection = (LoadConnection) key.attachment();
                if (!connection.receive()) continue;
                answered++;
                if (answered % PROGRESS == 0) System.out.println(answered);
                if (sent == count) continue;
                connection.request();
                sent++;
            }
            selector.selectedKeys().clear();
        }
        System.out.println("done " + (System.nanoTime() - began));
    }
}
