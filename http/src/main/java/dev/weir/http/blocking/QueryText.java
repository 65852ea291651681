package dev.weir.http.blocking;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Parses `name=value&name=value`, the encoding of HTML forms.
///
/// **Threads:** immutable.
/// **Source:** WHATWG URL, application/x-www-form-urlencoded.
final class QueryText {
    private QueryText() {}

    static Optional<String> first(String query, String name) {
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (decoded(key).equals(name)) return Optional.of(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
        }
        return Optional.empty();
    }

    /// Decodes a value. A percent sign that does not begin an encoded byte is kept.
    static String decoded(String text) {
        var bytes = new ByteArrayOutputStream(text.length());
        for (int at = 0; at < text.length(); at++) {
            char letter = text.charAt(at);
            int octet = letter == '%' ? octetAt(text, at + 1) : -1;
            if (octet >= 0) at += 2;
            bytes.write(octet >= 0 ? octet : letter == '+' ? ' ' : letter);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static int octetAt(String text, int at) {
        if (at + 1 >= text.length()) return -1;
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }
}
