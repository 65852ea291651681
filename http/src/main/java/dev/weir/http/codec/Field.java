package dev.weir.http.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/// The field names that Weir knows; any other is [#OTHER].
///
/// **Threads:** immutable.
/// **Source:** RFC 9110 sections 6.5.1 (trailers) and 7.6.1 (hop by hop), RFC 7239.
public enum Field {
    /// Where the request goes.
    HOST(Kind.MESSAGE),
    /// Options of this connection.
    CONNECTION(Kind.HOP),
    /// Bytes of the body.
    CONTENT_LENGTH(Kind.MESSAGE),
    /// Coding of the body on this connection.
    TRANSFER_ENCODING(Kind.HOP),
    /// What the client waits for before its body.
    EXPECT(Kind.MESSAGE),
    /// Transfer codings the peer would take.
    TE(Kind.HOP),
    /// Names of trailer fields.
    TRAILER(Kind.MESSAGE),
    /// Other protocols the peer would speak.
    UPGRADE(Kind.HOP),
    /// Parameters of persistence from before HTTP/1.1.
    KEEP_ALIVE(Kind.HOP),
    /// Connection, as some old clients name it.
    PROXY_CONNECTION(Kind.HOP),
    /// Challenge of a proxy.
    PROXY_AUTHENTICATE(Kind.HOP),
    /// Credentials for a proxy.
    PROXY_AUTHORIZATION(Kind.HOP),
    /// Result of a proxy's authentication.
    PROXY_AUTHENTICATION_INFO(Kind.HOP),
    /// Proxies passed.
    VIA(Kind.MESSAGE),
    /// Addresses passed.
    X_FORWARDED_FOR(Kind.MESSAGE),
    /// Scheme the client used.
    X_FORWARDED_PROTO(Kind.MESSAGE),
    /// Host the client asked for.
    X_FORWARDED_HOST(Kind.MESSAGE),
    /// The three before in one, standardised.
    FORWARDED(Kind.MESSAGE),
    /// Names the request in all logs.
    X_REQUEST_ID(Kind.MESSAGE),
    /// When the answer was made.
    DATE(Kind.MESSAGE),
    /// Who made the answer.
    SERVER(Kind.ANY),
    /// Media type of the body.
    CONTENT_TYPE(Kind.MESSAGE),
    /// Coding of the content.
    CONTENT_ENCODING(Kind.MESSAGE),
    /// Which part of the content this is.
    CONTENT_RANGE(Kind.MESSAGE),
    /// Which part is asked for.
    RANGE(Kind.MESSAGE),
    /// Where to go instead.
    LOCATION(Kind.MESSAGE),
    /// When to come again.
    RETRY_AFTER(Kind.MESSAGE),
    /// What caches may do.
    CACHE_CONTROL(Kind.MESSAGE),
    /// What makes answers differ.
    VARY(Kind.MESSAGE),
    /// Credentials.
    AUTHORIZATION(Kind.MESSAGE),
    /// Challenge.
    WWW_AUTHENTICATE(Kind.MESSAGE),
    /// State of the client.
    COOKIE(Kind.MESSAGE),
    /// State for the client.
    SET_COOKIE(Kind.MESSAGE),
    /// How often a TRACE or OPTIONS may be forwarded.
    MAX_FORWARDS(Kind.MESSAGE),
    /// What the client is.
    USER_AGENT(Kind.ANY),
    /// Media types that the client accepts.
    ACCEPT(Kind.MESSAGE),
    /// Codings that the client accepts.
    ACCEPT_ENCODING(Kind.MESSAGE),
    /// Any other name.
    OTHER(Kind.ANY);

    /// Where a field may stand.
    private enum Kind {
        /// In heads and trailers.
        ANY,
        /// Only in heads: it frames, routes, authenticates or describes the message before its body.
        MESSAGE,
        /// Between two neighbours only.
        HOP
    }

    private static final Field[][] BY_LENGTH = byLength();

    private final Kind kind;
    private final String lowerCase;
    private final long word;
    private final String rest; // what the word does not hold

    Field(Kind kind) {
        this.kind = kind;
        this.lowerCase = name().replace('_', '-').toLowerCase(Locale.ROOT);
        this.word = Octets.word(lowerCase);
        this.rest = lowerCase.substring(Math.min(Octets.WORD, lowerCase.length()));
    }

    /// Tells whether the field concerns two neighbours only and is never forwarded.
    ///
    /// Other fields that a Connection header names are found by [Fields#isNamedByConnection].
    ///
    /// @return true if a proxy removes it
    public boolean isHopByHop() {
        return kind == Kind.HOP;
    }

    /// Whether a line of this field may be forwarded in a trailer section.
    ///
    /// @param from index of the name's first byte
    /// @param to end of the name, exclusive
    /// @return false for fields that frame, route, authenticate or describe the message, and for a name that a
    ///     CGI program takes for one of these, because `_` and `-` are the same there
    boolean isTrailer(ByteBuffer bytes, int from, int to) {
        return kind == Kind.ANY && (this != OTHER || !imitates(bytes, from, to));
    }

    private static boolean imitates(ByteBuffer bytes, int from, int to) {
        if (to - from >= BY_LENGTH.length) return false;
        for (Field field : BY_LENGTH[to - from]) {
            if (field.kind != Kind.ANY && field.isReadFrom(bytes, from)) return true;
        }
        return false;
    }

    /// Whether the name at `from`, as long as this one, is this one where `_` is `-`.
    private boolean isReadFrom(ByteBuffer bytes, int from) {
        for (int i = 0; i < lowerCase.length(); i++) {
            int octet = bytes.get(from + i);
            if (octet == '_') octet = '-';
            else if (octet >= 'A' && octet <= 'Z') octet += 'a' - 'A';
            if (octet != lowerCase.charAt(i)) return false;
        }
        return true;
    }

    /// Recognises a name in any case.
    static Field of(ByteBuffer bytes, int from, int to) {
        int length = to - from;
        if (length >= BY_LENGTH.length) {
            return OTHER;
        }
        long word = Octets.lower(Octets.word(bytes, from, to));
        for (Field field : BY_LENGTH[length]) {
            if (field.word == word && (length <= Octets.WORD || field.endsAlike(bytes, from, to))) {
                return field;
            }
        }
        return OTHER;
    }

    private boolean endsAlike(ByteBuffer bytes, int from, int to) {
        return Octets.equalAnyCase(bytes, from + Octets.WORD, to, rest);
    }

    private static Field[][] byLength() {
        int longest = 0;
        for (Field field : values()) {
            longest = Math.max(longest, field.lowerCase.length());
        }
        Field[][] table = new Field[longest + 1][];
        for (int length = 0; length <= longest; length++) {
            int wanted = length;
            table[length] = Arrays.stream(values())
                    .filter(field -> field != OTHER && field.lowerCase.length() == wanted)
                    .toArray(Field[]::new);
        }
        return table;
    }
}
