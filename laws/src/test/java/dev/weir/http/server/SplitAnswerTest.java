package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that no text of a program splits an answer: what would end a field is refused before a byte of the
/// answer is encoded, and the connection stays as it was.
@Balanced
final class SplitAnswerTest {
    private static final byte[] BODY = "ok".getBytes(StandardCharsets.US_ASCII);
    private static final String SPLIT = "text/plain%0d%0aContent-Length:%200%0d%0a%0d%0aHTTP/1.1%20200%20OK";
    private static final int BEYOND_LATIN = 0x1000;

    @Test
    @DisplayName("W-02 a content type holds what a field may hold, and every other character is refused")
    void aContentTypeHoldsWhatAFieldMayHold() {
        for (int code = 0; code < BEYOND_LATIN; code++) {
            String type = "a" + (char) code + "b";
            boolean may = code == '\t' || (code >= ' ' && code != 0x7f && code <= 0xff);
            if (may) assertThatCode(() -> Answer.of(200, type, BODY)).doesNotThrowAnyException();
            else assertThatIllegalArgumentException().isThrownBy(() -> Answer.of(200, type, BODY));
        }
    }

    @Test
    void exceptionNamesFieldAndIndexButNotTheValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Answer.of(200, "text/plain\r\nX-Secret: 1", BODY))
                .withMessage("the value of Content-Type has CR at index 10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Answer.of(200, "a\nb", BODY))
                .withMessage("the value of Content-Type has LF at index 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Answer.of(200, "a\0b", BODY))
                .withMessage("the value of Content-Type has NUL at index 1");
    }

    @Test
    void statusOutside200To599IsRefused() {
        for (int status : new int[] {-1, 0, 99, 100, 199, 600, 99_999}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Answer.text(status, ""))
                    .withMessageContaining("" + status);
        }
        assertThat(Answer.text(299, "").status()).isEqualTo(299);
    }

    @Test
    @DisplayName("W-02 a content type taken from the request with CR LF in it is answered by 500, not by two answers")
    void contentTypeFromTheRequestCannotSplitTheAnswer(Scene scene) {
        var stage = Stage.open(scene, exchange -> {
            String type = URLDecoder.decode(exchange.target().substring(1), StandardCharsets.ISO_8859_1);
            exchange.answer(Answer.of(200, type, BODY));
        });
        var peer = stage.dial();
        peer.send("GET /text%2fplain HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(Stage.read(peer).has("Content-Type: text/plain")).isTrue();

        peer.send("GET /" + SPLIT + " HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(Stage.read(peer).status()).isEqualTo(500);
        assertThat(peer.readToEnd().bytes()).isZero();
    }

    @Test
    void extraFieldIsSentAndAnInvalidOneRefused(Scene scene) {
        var answer = Answer.text(200, "ok").withField("X-One", "1").withField("Set-Cookie", "a=b");
        for (String name : List.of("", "a b", "a:b", "a\r\nb", "Content-Length", "connection", "Transfer-Encoding")) {
            assertThatIllegalArgumentException().isThrownBy(() -> answer.withField(name, "1"));
        }
        for (String value : List.of("\r", "\n", "\0", "\u010d\u010a")) {
            assertThatIllegalArgumentException().isThrownBy(() -> answer.withField("X-Two", value));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> answer.withField("X-Two", "x".repeat(Answer.BYTES_MAX)));
        var stage = Stage.open(scene, exchange -> exchange.answer(answer));
        var peer = stage.dial();

        peer.send(Stage.GET);

        var reply = Stage.read(peer);
        assertThat(reply.has("X-One: 1")).isTrue();
        assertThat(reply.has("Set-Cookie: a=b")).isTrue();
        assertThat(reply.body()).isEqualTo("ok");
    }

    @Test
    void refusalCarriesRetryAfter(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.refuse(StaticAnswers.of(503)));
        var peer = stage.dial();

        peer.send(Stage.GET);

        assertThat(Stage.read(peer).has("Retry-After: 1")).isTrue();
    }

    @Test
    @DisplayName("W-02 a name or value with CR, LF or NUL is refused before the answer begins, which then is whole")
    void fieldThatWouldSplitTheAnswerIsRefused(Scene scene) {
        List<String> bad =
                List.of("\r", "\n", "\0", "\r\n\r\n", "\u010d\u010a"); // Why: cut to a byte the last is CR LF
        var stage = Stage.blocking(scene, (request, response) -> {
            for (String piece : bad) {
                for (String name : List.of("Location", "Content-Type", "Set-Cookie")) {
                    refuses(() -> response.header(name, "/a" + piece + "b"));
                    refuses(() -> response.addHeader(name, piece));
                    refuses(() -> response.header(name + piece, "a"));
                    refuses(() -> response.addHeader(piece + name, "a"));
                }
            }
            response.status(302).header("Location", "/there").send("ok");
        });
        var peer = stage.dial();
        peer.send(Stage.GET);

        var reply = Stage.read(peer);

        assertThat(reply.status()).isEqualTo(302);
        var names = new ArrayList<String>();
        reply.head()
                .lines()
                .skip(1)
                .filter(line -> !line.isEmpty())
                .forEach(line -> names.add(line.replaceFirst(":.*", "")));
        assertThat(names).containsExactly("Location", "Content-Type", "Content-Length", "Date");
        assertThat(reply.body()).isEqualTo("ok");
    }

    private static void refuses(Runnable setting) {
        assertThatThrownBy(setting::run).isInstanceOf(IllegalArgumentException.class);
    }
}
