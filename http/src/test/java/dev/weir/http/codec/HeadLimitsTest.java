package dev.weir.http.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that a head costs at most its limits, and that a head of exactly that size is taken.
///
/// Heads around each limit are decoded whole, byte by byte, and cut short.
final class HeadLimitsTest {
    private static final String HOST = "Host: a\r\n";
    private final Heads heads = new Heads(HeadLimits.DEFAULT);

    @Test
    void aHeadOfExactlyTheLimitIsTaken() {
        String before = "GET / HTTP/1.1\r\n" + HOST + "X: ";
        int room = heads.limits().bytesMax() - before.length() - 4;

        assertThat(verdict(before + "x".repeat(room) + "\r\n\r\n")).startsWith("ok");
        assertThat(verdict(before + "x".repeat(room + 1) + "\r\n\r\n")).isEqualTo("HEAD_TOO_LARGE");
    }

    @Test
    @DisplayName("W-07 a line of 1 MB is 414 or 431 before its end is seen")
    void aLongLineIsRefusedBeforeItsEnd() {
        int megabyteSeen = heads.limits().bytesMax();

        assertThat(verdict("GET /" + "x".repeat(megabyteSeen - 5))).isEqualTo("TARGET_TOO_LONG");
        assertThat(verdict("GET /" + "x".repeat(megabyteSeen - 6))).isEqualTo("more");
        assertThat(verdict("GET / HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(megabyteSeen)))
                .isEqualTo("HEAD_TOO_LARGE");
        assertThat(verdict("GET / HTTP/1.1\r\n" + HOST + "X".repeat(megabyteSeen)))
                .isEqualTo("HEAD_TOO_LARGE");
        assertThat(verdict("M".repeat(megabyteSeen))).isEqualTo("METHOD_TOO_LONG");
        assertThat(HttpFault.TARGET_TOO_LONG.status()).isEqualTo(414);
        assertThat(HttpFault.HEAD_TOO_LARGE.status()).isEqualTo(431);
    }

    @Test
    @DisplayName("W-07 of 10 000 headers the 101st is refused with 431")
    void tooManyFieldsAreRefused() {
        String field = "a:b\r\n";
        int more = heads.limits().fieldsMax() - 1;

        assertThat(verdict("GET / HTTP/1.1\r\n" + HOST + field.repeat(more) + "\r\n"))
                .startsWith("ok");
        assertThat(verdict("GET / HTTP/1.1\r\n" + HOST + field.repeat(more) + "a"))
                .isEqualTo("TOO_MANY_FIELDS");
        assertThat(heads.request(Corpus.latin("GET / HTTP/1.1\r\n" + HOST + field.repeat(10_000) + "\r\n")))
                .isEqualTo("TOO_MANY_FIELDS");
        assertThat(HttpFault.TOO_MANY_FIELDS.status()).isEqualTo(431);
    }

    @Test
    @DisplayName("W-07 a header without value is fine, one without name is 400")
    void aFieldNeedsANameButNoValue() {
        assertThat(verdict("GET / HTTP/1.1\r\n" + HOST + "X:\r\n\r\n")).startsWith("ok");
        assertThat(verdict("GET / HTTP/1.1\r\n" + HOST + ": x\r\n\r\n")).isEqualTo("EMPTY_FIELD_NAME");
        assertThat(HttpFault.EMPTY_FIELD_NAME.status()).isEqualTo(400);
    }

    @Test
    void aHostOf255BytesIsTheLongest() {
        assertThat(verdict("GET / HTTP/1.1\r\nHost: " + "a".repeat(255) + "\r\n\r\n"))
                .startsWith("ok");
        assertThat(verdict("GET / HTTP/1.1\r\nHost: " + "a".repeat(256) + "\r\n\r\n"))
                .isEqualTo("BAD_HOST");
    }

    @Test
    void aConnectionHeaderWithTooManyOptionsIsRefused() {
        String head = "GET / HTTP/1.1\r\n" + HOST + "Connection: ";

        assertThat(verdict(head + "a,".repeat(256) + "\r\n\r\n")).startsWith("ok");
        assertThat(verdict(head + "a,".repeat(257) + "\r\n\r\n")).isEqualTo("TOO_MANY_OPTIONS");
    }

    @Test
    void responseHeadsHaveTheSameLimits() {
        int limit = heads.limits().bytesMax();

        assertThat(heads.response(Corpus.latin("HTTP/1.1 200 " + "x".repeat(limit)), Method.GET))
                .isEqualTo("HEAD_TOO_LARGE");
        assertThat(heads.response(Corpus.latin("HTTP/1.1 200 OK\r\n" + "a:b\r\n".repeat(101)), Method.GET))
                .isEqualTo("TOO_MANY_FIELDS");
    }

    @Test
    void unsatisfiableLimitsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new HeadLimits(63, 100));
        assertThatIllegalArgumentException().isThrownBy(() -> new HeadLimits(64, 0));
    }

    private String verdict(String message) {
        byte[] bytes = Corpus.latin(message);
        String whole = heads.request(bytes);
        int[] near = {bytes.length / 3, bytes.length - 2, bytes.length - 1};
        assertThat(heads.request(bytes, near)).isEqualTo(whole);
        return whole;
    }
}
