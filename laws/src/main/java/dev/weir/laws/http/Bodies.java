package dev.weir.laws.http;

import dev.weir.testing.sim.World;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Bodies that say whose they are: the token at both ends, so that a cut is seen, and between them what
/// follows from it.
public final class Bodies {
    /// The body of an answer that nobody asked for.
    public static final String STRAY = "stray";

    /// Letters of a token.
    public static final int TOKEN_LETTERS = 16;

    private static final String LONG_FIELD = "x-long";

    private Bodies() {}

    /// A token as it stands in requests and answers.
    public static String token(long token) {
        return HexFormat.of().toHexDigits(token);
    }

    /// A body of `token`.
    public static String of(String token, int filler) {
        var all =
                new StringBuilder(2 * TOKEN_LETTERS + filler + 2).append(token).append('.');
        for (int i = 0; i < filler; i++) all.append(token.charAt(i & (TOKEN_LETTERS - 1)));
        return all.append('.').append(token).toString();
    }

    /// The line of a field that is longer than a block now and then; empty else.
    ///
    /// @param bytesMax how long it may be; zero for never
    public static String longField(World world, String token, int bytesMax) {
        if (bytesMax == 0 || world.chance().below(3) > 0) return "";
        return LONG_FIELD + ": " + of(token, world.chance().below(bytesMax)) + "\r\n";
    }

    /// Whether the long field of a head, if it has one, is that of `token` and whole.
    public static boolean hasLongFieldOf(Message head, String token) {
        String value = head.field(LONG_FIELD);
        return value == null || value.equals(of(token, Math.max(0, value.length() - 2 * TOKEN_LETTERS - 2)));
    }

    /// Whether `body` is whole and speaks of one token from end to end.
    static boolean isWhole(String body) {
        if (body.length() < 2 * TOKEN_LETTERS + 2) return false;
        return body.equals(of(body.substring(0, TOKEN_LETTERS), body.length() - 2 * TOKEN_LETTERS - 2));
    }

    /// One byte for each character.
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// `body` in two chunks, cut at `at`.
    public static String chunked(String body, int at) {
        int cut = Math.min(at, body.length());
        return chunk(body.substring(0, cut)) + chunk(body.substring(cut)) + "0\r\n\r\n";
    }

    private static String chunk(String part) {
        return part.isEmpty() ? "" : Integer.toHexString(part.length()) + "\r\n" + part + "\r\n";
    }
}
