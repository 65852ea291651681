package dev.weir.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Opens connections in a JVM of its own, each with one request and its answer, and keeps them. For each line
/// `PORT NUMBER` on its input it closes what it has, opens so many, and says `open NUMBER`, or
/// `broken after NUMBER: WHY`. For `alive` it says how many the peer has left open.
final class IdleLoad {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: bench\r\n\r\n";

    private IdleLoad() {}

    /// Opens as its input says, until that ends.
    public static void main(String[] arguments) throws IOException {
        List<LoadConnection> open = new ArrayList<>();
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals("alive")) {
                    System.out.println(alive(open));
                    continue;
                }
                for (LoadConnection connection : open) connection.close();
                open.clear();
                String[] words = line.split(" ", -1);
                try {
                    open(Integer.parseInt(words[0]), Integer.parseInt(words[1]), open);
                    System.out.println("open " + open.size());
                } catch (IOException broken) {
                    System.out.println("broken after " + open.size() + ": " + broken.getMessage());
                }
            }
        }
    }

    private static long alive(List<LoadConnection> open) throws IOException {
        long alive = 0;
        for (LoadConnection connection : open) if (connection.isQuiet()) alive++;
        return alive;
    }

    // One after another: what a burst of connections costs is not the question here.
    private static void open(int port, int count, List<LoadConnection> open) throws IOException {
        var server = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        try (var selector = Selector.open()) {
            for (int i = 0; i < count; i++) {
                var connection = LoadConnection.open(server, selector, REQUEST);
                open.add(connection);
                connection.request();
                do selector.select(key -> {});
                while (!connection.receive());
            }
        }
    }
}
