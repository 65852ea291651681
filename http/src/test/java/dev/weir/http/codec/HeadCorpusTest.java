package dev.weir.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Proves that each message of the corpus gets its verdict, however it is cut and wherever its block moves.
///
/// Each is decoded whole, in two pieces at every split point, and byte by byte, from blocks that change between
/// calls.
final class HeadCorpusTest {
    private final Heads heads = new Heads(HeadLimits.DEFAULT);

    static List<Corpus.Entry> requests() {
        return Corpus.read("requests.txt", 3);
    }

    static List<Corpus.Entry> responses() {
        return Corpus.read("responses.txt", 4);
    }

    @ParameterizedTest
    @MethodSource("requests")
    @DisplayName("H-28 an ambiguous request is refused and a clear one understood, at every split point")
    void requestHeadHasOneVerdictAtEverySplitPoint(Corpus.Entry entry) {
        byte[] message = entry.bytes();

        String whole = heads.request(message);

        holds(whole, entry.verdict());
        for (int cut = 0; cut <= message.length; cut++) {
            assertThat(heads.request(message, cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        assertThat(heads.request(message, Heads.everyByte(message.length)))
                .as("byte by byte")
                .isEqualTo(whole);
    }

    @ParameterizedTest
    @MethodSource("responses")
    @DisplayName("H-28 an ambiguous answer is refused and a clear one understood, at every split point")
    void responseHeadHasOneVerdictAtEverySplitPoint(Corpus.Entry entry) {
        byte[] message = entry.bytes();
        Method method = Method.valueOf(entry.columns().get(2));

        String whole = heads.response(message, method);

        holds(whole, entry.verdict());
        for (int cut = 0; cut <= message.length; cut++) {
            assertThat(heads.response(message, method, cut))
                    .as("cut at %d", cut)
                    .isEqualTo(whole);
        }
        assertThat(heads.response(message, method, Heads.everyByte(message.length)))
                .as("byte by byte")
                .isEqualTo(whole);
    }

    @Test
    void corpusHasEnoughCases() {
        assertThat(requests().size() + responses().size()).isGreaterThan(200);
    }

    @Test
    void faultIsReportedAtTheFirstByteThatProvesIt() {
        assertThat(heads.request(Corpus.latin("G("))).isEqualTo("BAD_METHOD");
        assertThat(heads.request(Corpus.latin("GET / X"))).isEqualTo("BAD_VERSION");
        assertThat(heads.request(Corpus.latin("GET / HTTP/1.1\r\nA "))).isEqualTo("SPACE_BEFORE_COLON");
        assertThat(heads.request(Corpus.latin("GET / HTTP/1.1\r\nA: b\n"))).isEqualTo("BAD_LINE_END");
    }

    private static void holds(String found, String verdict) {
        String[] parts = verdict.split(" ", -1);
        if (!parts[0].equals("ok")) {
            assertThat(found).isEqualTo(verdict);
            return;
        }
        assertThat(found).startsWith("ok\n");
        for (int i = 1; i < parts.length; i++) {
            String fact = new String(Corpus.unescape(parts[i]), StandardCharsets.ISO_8859_1);
            assertThat(found).contains("\n" + fact + "\n");
        }
    }
}
