package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.codec.HttpFault;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that what breaks the protocol gets its status, an end, and reaches no handler. The codec's own
/// corpus goes through a real server over pipes.
@Balanced
final class RefusalTest {
    private static final Path CORPUS = Path.of("../http/src/test/resources/dev/weir/http/codec");

    private final List<String> handled = new ArrayList<>();

    private Stage open(Scene scene) {
        return Stage.open(scene, exchange -> {
            handled.add(exchange.target());
            new BodyCounter(exchange).begin();
        });
    }

    private record Case(String title, String verdict, String bytes) {}

    private static List<Case> faults(String file) throws IOException {
        try (Stream<String> lines = Files.lines(CORPUS.resolve(file))) {
            return lines.filter(line -> !line.startsWith("# ") && !line.equals("#"))
                    .map(line -> line.split(" \\| ", 3))
                    .map(cells -> new Case(cells[0], cells[1], unescaped(cells[2])))
                    .filter(one -> one.verdict.matches("[A-Z_]+"))
                    .toList();
        }
    }

    private static String unescaped(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == '⏎') out.append("\r\n");
            if (letter == '⏎' || letter != '\\') {
                if (letter != '⏎') out.append(letter);
                continue;
            }
            char escape = text.charAt(++i);
            if (escape == 'x') {
                out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                out.append("\r\n\t\0\\".charAt("rnt0\\".indexOf(escape)));
            }
        }
        return out.toString();
    }

    @Test
    @DisplayName("H-28 each request of the smuggling corpus gets its status and an end, and reaches no handler")
    void ambiguousHeadsAreRefused(Scene scene) throws IOException {
        var stage = open(scene);
        var corpus = faults("requests.txt");
        assertThat(corpus).hasSizeGreaterThan(50);

        for (Case one : corpus) {
            var peer = stage.dial();
            peer.trySend((one.bytes + Stage.GET).getBytes(StandardCharsets.ISO_8859_1), 0);
            var reply = Stage.read(peer);
            assertThat(reply.status())
                    .as(one.title)
                    .isEqualTo(HttpFault.valueOf(one.verdict).status());
            assertThat(reply.has("Connection: close")).as(one.title).isTrue();
            assertThat(peer.readToEnd().bytes()).as(one.title).isZero();
            peer.close();
        }
        assertThat(handled).isEmpty();
    }

    @Test
    void requestLineOfOneWordIsExplained(Scene scene) {
        var peer = open(scene).dial();
        peer.send("GARBAGE\r\n\r\n");

        assertThat(Stage.read(peer).body())
                .isEqualTo("400 Bad Request\nThe request does not begin with a method and a space.\n");
    }

    @Test
    @DisplayName("H-28 each chunked body of the corpus that could be read two ways is 400 and an end")
    void ambiguousBodiesAreRefused(Scene scene) throws IOException {
        var stage = open(scene);
        var corpus = faults("bodies.txt");
        assertThat(corpus).hasSizeGreaterThan(10);

        for (Case one : corpus) {
            if (one.verdict.equals("BODY_CUT")) continue;
            var peer = stage.dial();
            peer.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + one.bytes);
            var reply = Stage.read(peer);
            assertThat(reply.status())
                    .as(one.title)
                    .isEqualTo(HttpFault.valueOf(one.verdict).status());
            assertThat(peer.readToEnd().bytes()).as(one.title).isZero();
            peer.close();
        }
        assertThat(stage.ended).doesNotContain("200 --");
    }

    @Test
    @DisplayName("W-07 a field without value passes; an empty name, a line of a megabyte, ten thousand fields do not")
    void headsAtTheLimitsAreAcceptedAndBeyondRefused(Scene scene) {
        var stage = open(scene);
        String begin = "GET / HTTP/1.1\r\nHost: a\r\n";

        assertStatus(stage, begin + "X:\r\n\r\n", 200);
        assertStatus(stage, begin + ": x\r\n\r\n", 400);
        assertStatus(stage, begin + "X: " + "y".repeat(1 << 20), 431);
        assertStatus(stage, begin + "X: y\r\n".repeat(10_000), 431);
        assertStatus(stage, "GET /" + "y".repeat(1 << 20), 414);
        assertStatus(stage, "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505);
        assertStatus(stage, begin + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501);
    }

    private static void assertStatus(Stage stage, String request, int status) {
        var peer = stage.dial();
        byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
        for (int sent = 0; sent < bytes.length; ) {
            int count = peer.trySend(bytes, sent);
            if (count < 0 || (count == 0 && stage.loops.turn() == 0)) break;
            sent += count;
            stage.loops.turn();
        }
        assertThat(Stage.read(peer).status()).isEqualTo(status);
        peer.close();
    }
}
