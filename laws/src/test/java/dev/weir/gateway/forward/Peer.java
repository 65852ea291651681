package dev.weir.gateway.forward;

import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// A client or an origin that does exactly what the test tells it. Text is one character for each byte.
final class Peer {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final Stage stage;
    private final Transport transport;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private final StringBuilder got = new StringBuilder();
    private int end;
    private boolean closed;

    /// One whole message.
    record Message(String head, String body) {
        /// The value of a field; empty when there is none or an empty one.
        String field(String name) {
            return all(name).stream().findFirst().orElse("");
        }

        List<String> all(String name) {
            String wanted = name.toLowerCase(Locale.ROOT) + ":";
            return head.lines()
                    .skip(1)
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(wanted))
                    .map(line -> line.substring(wanted.length()).strip())
                    .toList();
        }

        boolean has(String name) {
            return !all(name).isEmpty();
        }

        String first() {
            return head.lines().findFirst().orElse("");
        }

        String method() {
            return head.substring(0, head.indexOf(' '));
        }

        String path() {
            int from = head.indexOf(' ') + 1;
            return head.substring(from, head.indexOf(' ', from));
        }

        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }
    }

    Peer(Stage stage, Transport transport) {
        this.stage = stage;
        this.transport = transport;
    }

    // ---- sending

    /// Sends all of it; the loops are turned while there is no room.
    void send(String text) {
        int sent = 0;
        for (int idle = 0; sent < text.length() && idle < 500; idle++) {
            int count = offer(text.substring(sent));
            if (count < 0) throw new AssertionError("the path broke after " + sent + " bytes were sent");
            sent += count;
            if (count > 0) idle = 0;
            if (sent < text.length()) stage.turn();
        }
        if (sent < text.length()) throw new AssertionError(text.length() - sent + " bytes were not taken");
    }

    /// Sends what the path takes at once; negative when it is broken.
    int offer(String text) {
        byte[] bytes = text.substring(0, Math.min(text.length(), CHUNK_BYTES)).getBytes(StandardCharsets.ISO_8859_1);
        chunk.clear().put(bytes).flip();
        return transport.write(chunk);
    }

    /// Sends it byte by byte, and lets the gateway act on each.
    void trickle(String text) {
        for (int i = 0; i < text.length(); i++) {
            send(text.substring(i, i + 1));
            stage.settle();
        }
    }

    // ---- receiving

    /// Everything that is there, without taking it.
    String seen() {
        while (end == 0) {
            chunk.clear();
            int count = transport.read(chunk);
            if (count < 0) end = count;
            if (count <= 0) break;
            chunk.flip();
            got.append(StandardCharsets.ISO_8859_1.decode(chunk));
        }
        return got.toString();
    }

    /// Reads at most `limit` bytes and no more from the path.
    String some(int limit) {
        if (got.isEmpty() && end == 0) {
            chunk.clear().limit(Math.min(limit, CHUNK_BYTES));
            int count = transport.read(chunk);
            if (count < 0) end = count;
            if (count > 0) got.append(StandardCharsets.ISO_8859_1.decode(chunk.flip()));
        }
        return take(Math.min(limit, got.length()));
    }

    /// Takes a head, its empty line included.
    String head() {
        return take(await("\r\n\r\n"));
    }

    /// Takes a whole message with a length or in chunks; another one has no body.
    Message message() {
        var head = new Message(head(), "");
        if (head.field("Transfer-Encoding").equals("chunked")) return new Message(head.head(), chunks());
        if (!head.has("Content-Length")) return head;
        return new Message(head.head(), text(Integer.parseInt(head.field("Content-Length"))));
    }

    /// Takes exactly `count` bytes.
    String text(int count) {
        stage.turnUntil(() -> seen().length() >= count || end != 0);
        if (got.length() < count) throw new AssertionError("the path ended, and there was only: " + got);
        return take(count);
    }

    /// Takes everything until the end, which must be in order.
    String rest() {
        stage.turnUntil(() -> {
            seen();
            return end != 0;
        });
        if (end != Transport.END) throw new AssertionError("a reset came after: " + got);
        return take(got.length());
    }

    /// Takes a chunked body as it stands; trailers included.
    private String chunks() {
        var all = new StringBuilder();
        while (true) {
            String line = take(await("\r\n"));
            all.append(line);
            int size = Integer.parseInt(line.strip(), 16);
            if (size == 0) return all.append(trailers()).toString();
            all.append(text(size + 2));
        }
    }

    private String trailers() {
        var all = new StringBuilder();
        while (!all.toString().endsWith("\r\n\r\n") && !all.toString().equals("\r\n")) {
            all.append(take(await("\r\n")));
        }
        return all.toString();
    }

    private int await(String mark) {
        try {
            stage.turnUntil(() -> seen().contains(mark) || end != 0);
        } catch (AssertionError vain) {
            throw new AssertionError("no whole message came, only: " + got, vain);
        }
        int at = got.indexOf(mark);
        if (at < 0) {
            throw new AssertionError("the path ended, " + (hasReset() ? "reset" : "in order") + ", after: " + got);
        }
        return at + mark.length();
    }

    private String take(int count) {
        String taken = got.substring(0, count);
        got.delete(0, count);
        return taken;
    }

    /// Whether nothing came and the path is open.
    boolean isQuiet() {
        return seen().isEmpty() && end == 0;
    }

    boolean hasEnded() {
        seen();
        return end == Transport.END;
    }

    boolean hasReset() {
        seen();
        return end == Transport.BROKEN;
    }

    // ---- leaving

    void endOutput() {
        transport.shutdownOutput();
    }

    void close() {
        if (!closed) transport.close();
        closed = true;
    }

    void reset() {
        if (!closed) transport.abort();
        closed = true;
    }
}
