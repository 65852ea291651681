package dev.weir.http.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Decides from Content-Length and Transfer-Encoding where a body ends, and refuses whatever two readers could
/// understand in two ways.
///
/// **Threads:** confined to its decoder.
/// **Source:** RFC 9112 sections 6.1 to 6.3; CVE-2019-16869, CVE-2023-40225 and their kind.
final class FramingRules {
    /// There is no Content-Length.
    static final long NO_LENGTH = -1;

    private static final String CHUNKED = "chunked";

    private long length = NO_LENGTH;
    private boolean chunked;
    private boolean forgiven;
    private @Nullable HttpFault fault;

    void reset() {
        length = NO_LENGTH;
        chunked = false;
        forgiven = false;
        fault = null;
    }

    /// The announced length; [#NO_LENGTH] if there is none or it contradicts itself.
    long length() {
        return forgiven ? NO_LENGTH : length;
    }

    boolean isChunked() {
        return chunked;
    }

    /// Ignores a [#fault] in an answer that has no body, whatever its head announces.
    void forgive() {
        forgiven = true;
    }

    boolean isForgiven() {
        return forgiven;
    }

    HttpFault fault() {
        if (fault == null) {
            throw new IllegalStateException("there is no fault");
        }
        return fault;
    }

    /// Takes the value of a Content-Length field of a request.
    ///
    /// @return false if it is a [#fault]
    boolean takeLength(ByteBuffer bytes, int from, int to) {
        if (length != NO_LENGTH) {
            return refuse(HttpFault.CONTENT_LENGTH_REPEATED);
        }
        return takeOneLength(bytes, from, to);
    }

    /// Takes the value of a Content-Length field of an answer, which may say the same again: some origins do.
    ///
    /// @return false if it is a [#fault]
    boolean takeLengthAgain(ByteBuffer bytes, int from, int to) {
        long before = length;
        if (!takeOneLength(bytes, from, to)) return false;
        return before == NO_LENGTH || before == length || refuse(HttpFault.CONTENT_LENGTH_REPEATED);
    }

    private boolean takeOneLength(ByteBuffer bytes, int from, int to) {
        if (chunked) {
            return refuse(HttpFault.LENGTH_AND_CODING);
        }
        length = decimal(bytes, from, to);
        return length != NO_LENGTH || refuse(HttpFault.BAD_CONTENT_LENGTH);
    }

    /// Takes the value of a Transfer-Encoding field of a request, of which HTTP/1.0 knows nothing.
    ///
    /// @return false if it is a [#fault]
    boolean takeCoding(ByteBuffer bytes, int from, int to, HttpVersion version) {
        if (length == NO_LENGTH && version == HttpVersion.HTTP_1_0) {
            return refuse(HttpFault.BAD_TRANSFER_ENCODING);
        }
        return takeCoding(bytes, from, to);
    }

    /// Takes the value of a Transfer-Encoding field of an answer of whatever version.
    ///
    /// @return false if it is a [#fault]
    boolean takeCoding(ByteBuffer bytes, int from, int to) {
        if (length != NO_LENGTH) {
            return refuse(HttpFault.LENGTH_AND_CODING);
        }
        if (chunked) {
            return refuse(HttpFault.BAD_TRANSFER_ENCODING);
        }
        chunked = Octets.equalAnyCase(bytes, from, to, CHUNKED);
        return chunked || refuse(whatIsWrong(bytes, from, to));
    }

    private boolean refuse(HttpFault why) {
        fault = why;
        return false;
    }

    /// A number of digits only, or [#NO_LENGTH].
    private static long decimal(ByteBuffer bytes, int from, int to) {
        long value = 0;
        for (int at = from; at < to; at++) {
            int digit = bytes.get(at) - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return NO_LENGTH;
            }
            value = value * 10 + digit;
        }
        return from == to ? NO_LENGTH : value;
    }

    /// Tells a well-formed list that only names codings we do not have from everything else.
    private static HttpFault whatIsWrong(ByteBuffer bytes, int from, int to) {
        int at = from;
        while (true) {
            at = skipBlanks(bytes, at, to);
            int nameTo = Octets.tokenEnd(bytes, at, to);
            // Why: chunked with company, whatever its place, is how one reader is made to see another body than the
            // next.
            boolean last = nameTo == to;
            if (nameTo == at || (Octets.equalAnyCase(bytes, at, nameTo, CHUNKED) && !last)) {
                return HttpFault.BAD_TRANSFER_ENCODING;
            }
            at = elementEnd(bytes, nameTo, to);
            if (at == to) {
                return HttpFault.UNKNOWN_TRANSFER_CODING;
            }
            if (bytes.get(at) != ',') {
                return HttpFault.BAD_TRANSFER_ENCODING;
            }
            at++;
        }
    }

    /// End of an element, parameters skipped: the next comma, the end, or what may not be there.
    private static int elementEnd(ByteBuffer bytes, int from, int to) {
        int at = skipBlanks(bytes, from, to);
        if (at < to && bytes.get(at) == ';') {
            while (at < to && bytes.get(at) != ',') {
                at++;
            }
        }
        return at;
    }

    private static int skipBlanks(ByteBuffer bytes, int from, int to) {
        int at = from;
        while (at < to && Octets.isBlank(bytes.get(at))) {
            at++;
        }
        return at;
    }
}
