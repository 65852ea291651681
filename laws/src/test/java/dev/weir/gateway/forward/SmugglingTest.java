package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.codec.HeadLimits;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that whatever could be read in two ways does not pass the gateway: the codec's corpus of heads,
/// sent through it to an origin that sees every byte.
@Balanced
final class SmugglingTest {
    private static final Path CORPUS = Path.of("..", "http/src/test/resources/dev/weir/http/codec");
    private static final String SENTINEL = "GET /sentinel HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n";

    private record Entry(String title, String verdict, String bytes) {
        boolean isRefused() {
            return verdict.matches("[A-Z_]+");
        }

        @Nullable
        String fact(String name) {
            for (String fact : verdict.split(" ", -1)) {
                if (fact.startsWith(name + "=")) return fact.substring(name.length() + 1);
            }
            return null;
        }
    }

    private static List<Entry> corpus(String file, int columns) throws IOException {
        return Files.readAllLines(CORPUS.resolve(file), StandardCharsets.UTF_8).stream()
                .filter(line -> !line.startsWith("# ") && !line.equals("#"))
                .map(line -> line.split(" \\| ", columns))
                .map(cells -> new Entry(cells[0], cells[1], unescape(cells[columns - 1])))
                .toList();
    }

    private static String unescape(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char one = text.charAt(i);
            if (one == '\u23ce') {
                out.append("\r\n");
            } else if (one == '\\') {
                char escape = text.charAt(++i);
                switch (escape) {
                    case 'r' -> out.append('\r');
                    case 'n' -> out.append('\n');
                    case 't' -> out.append('\t');
                    case '0' -> out.append('\0');
                    case 'x' -> {
                        out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                        i += 2;
                    }
                    default -> out.append(escape);
                }
            } else {
                out.append(one);
            }
        }
        return out.toString();
    }

    @Test
    @DisplayName("H-28 a request that is not clear is refused and closed, a clear one arrives as exactly one")
    void ambiguousRequestsAreRefused(Scene scene) throws IOException {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        int refused = 0;
        int passed = 0;
        for (Entry entry : corpus("requests.txt", 3)) {
            var client = stage.client();
            client.offer(entry.bytes() + SENTINEL);
            stage.settle();
            Peer origin = stage.origin().poll();
            if (entry.isRefused()) {
                assertThat(origin).as(entry.title()).isNull();
                assertThat(client.seen()).as(entry.title()).matches("(?s)HTTP/1\\.1 (400|414|431|501|505) .*");
                assertThat(client.rest())
                        .as(entry.title())
                        .contains("Connection: close\r\n")
                        .doesNotContain("200 OK");
                refused++;
            } else if (entry.verdict().startsWith("ok") && origin != null) {
                arrivesAsOne(entry, origin.seen());
                passed++;
            }
            client.reset();
            if (origin != null) origin.reset();
            stage.settle();
            for (Peer late = stage.origin().poll();
                    late != null;
                    late = stage.origin().poll()) late.reset();
        }
        assertThat(refused).isGreaterThan(100);
        assertThat(passed).isGreaterThan(50);
    }

    private static void arrivesAsOne(Entry entry, String seen) {
        String first = seen.substring(0, seen.indexOf("\r\n\r\n") + 4);
        var head = new Peer.Message(first, "");
        assertThat(first.split(" HTTP/1\\.1\r\n", -1)).as(entry.title()).hasSize(2);
        assertThat(first)
                .as(entry.title())
                .doesNotContain("\n\n")
                .doesNotContain("\r\r")
                .doesNotContain("\0");
        assertThat(head.all("Host")).as(entry.title()).hasSize(1);
        int lengths = head.all("Content-Length").size()
                + head.all("Transfer-Encoding").size();
        String framing = String.valueOf(entry.fact("framing"));
        if (framing.equals("NONE")) assertThat(seen).as(entry.title()).doesNotContain("sentinel");
        if (!framing.equals("null")) assertThat(lengths).as(entry.title()).isEqualTo(framing.equals("NONE") ? 0 : 1);
    }

    @Test
    @DisplayName("H-28 an answer that is not clear is a bad gateway, and its connection is not used again")
    void ambiguousAnswersAreRefused(Scene scene) throws IOException {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        int refused = 0;
        for (Entry entry : corpus("responses.txt", 4)) {
            if (!entry.isRefused()) continue;
            var client = stage.client();
            client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
            var origin = stage.origin().next();
            origin.head();
            origin.offer(entry.bytes());
            stage.settle();
            if (entry.title().contains("CONNECT")) {
                client.reset();
                origin.reset();
                continue;
            }
            assertThat(client.message().status()).as(entry.title()).isEqualTo(502);
            stage.settle();
            assertThat(origin.hasEnded() || origin.hasReset()).as(entry.title()).isTrue();
            assertThat(stage.ended.getLast().end()).isEqualTo("SH");
            refused++;
        }
        assertThat(refused).isGreaterThan(25);
    }

    @Test
    @DisplayName("H-28 a body that is not clear ends the exchange, and what follows it is nobody's request")
    void ambiguousForwardedBodiesAreRefused(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        for (String body : new String[] {
            "5\nhello\r\n0\r\n\r\n",
            "5\r\nhelloX\r\n0\r\n\r\n",
            "-1\r\n",
            "0x5\r\nhello\r\n0\r\n\r\n",
            "+5\r\nhello\r\n",
            " 5\r\nhello\r\n",
            "5\r\nhello\n0\r\n\r\n",
            "10000000000000005\r\nhello\r\n",
            "5\r\r\nhello\r\n",
        }) {
            var client = stage.client();
            client.send("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body + SENTINEL);
            stage.settle();
            var origin = stage.origin().next();
            assertThat(origin.seen()).as(body).doesNotContain("sentinel").doesNotEndWith("\r\n0\r\n\r\n");
            assertThat(origin.hasEnded() || origin.hasReset()).as(body).isTrue();
            var answer = client.message();
            assertThat(answer.status()).as(body).isEqualTo(400);
            assertThat(client.rest()).isEmpty();
            assertThat(stage.ended.getLast().end()).isEqualTo("CD");
        }
    }

    @Test
    void aBrokenOriginAffectsOnlyItsExchange(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var good = stage.client();
        good.send("GET /good HTTP/1.1\r\nHost: h\r\n\r\n");
        var calm = stage.origin().next();
        calm.head();
        calm.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nto");
        for (String nonsense :
                new String[] {"\0\1\2\3", "\u0016\u0003\u0001", "\r\n\r\n\r\n", "SSH-2.0-x\r\n", "x".repeat(17_500)}) {
            var bad = stage.client();
            bad.send("GET /bad HTTP/1.1\r\nHost: h\r\n\r\n");
            var mad = stage.origin().next();
            mad.head();
            mad.offer(nonsense);
            stage.settle();
            mad.offer(nonsense);
            assertThat(bad.message().status()).isEqualTo(502);
            stage.settle();
            assertThat(mad.hasEnded() || mad.hasReset()).isTrue();
        }
        calm.send("ken");
        assertThat(good.message().body()).isEqualTo("token");
    }

    @Test
    @DisplayName("H-28 a head of very many short fields does not grow beyond its room, and its body leaves as its body")
    void aHeadOfManyShortFieldsKeepsItsBody(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withLimits(new HeadLimits(16 * 1024, 1000)));
        String smuggled = "GET /secret HTTP/1.1\r\nHost: internal\r\n\r\n";
        var client = stage.client();

        client.send("POST /public HTTP/1.1\r\nHost: " + "a".repeat(255) + "\r\n" + "x:\r\n".repeat(900)
                + "Content-Length: " + smuggled.length() + "\r\n\r\n" + smuggled);

        Peer origin = stage.origin().next();
        var request = origin.message();
        assertThat(request.all("x")).hasSize(900);
        assertThat(request.body()).isEqualTo(smuggled);
        assertThat(origin.isQuiet()).isTrue();
    }
}
