package dev.weir.http.server;

import java.util.List;

/// Checks text that a program puts into an answer's head. Refuses everything that would end the field, the head
/// or the answer there: CR, LF, NUL and every other character that no field may hold.
///
/// **Threads:** immutable.
/// **Fails:** [IllegalArgumentException] names the field and the index, never the text, which may come from an
/// attacker.
/// **Source:** RFC 9110 section 5.5; RFC 9112 section 11.1, response splitting.
public final class FieldText {
    private static final int STATUS_MIN = 200;
    private static final int STATUS_MAX = 599;

    /// Fields that the server writes itself: how the answer ends and whether the connection persists.
    private static final List<String> OURS = List.of(
            "connection", "content-length", "date", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade");

    private FieldText() {}

    /// Refuses a field that cannot be sent, or that the server writes itself.
    public static void requireField(String name, String value) {
        requireName(name);
        if (isOurs(name)) throw new IllegalArgumentException(name + " is written by the server itself");
        requireValue(name, value);
    }

    // Why: a loop and no stream: it runs for each field of each answer.
    private static boolean isOurs(String name) {
        for (String ours : OURS) {
            if (ours.equalsIgnoreCase(name)) return true;
        }
        return false;
    }

    /// Refuses a status that no final answer has.
    public static void requireStatus(int code) {
        if (code < STATUS_MIN || code > STATUS_MAX) {
            throw new IllegalArgumentException(
                    "a status lies between " + STATUS_MIN + " and " + STATUS_MAX + ", this is " + code);
        }
    }

    /// The message for an answer whose status allows no body and that was given one.
    public static String bodyless(int code) {
        return "an answer of status " + code + " has no body, and this has one";
    }

    /// Refuses a name that is not a token.
    private static void requireName(String name) {
        if (name.isEmpty()) throw new IllegalArgumentException("the name of a field is empty");
        for (int i = 0; i < name.length(); i++) {
            if (!isTokenLetter(name.charAt(i))) {
                throw new IllegalArgumentException(
                        "the name of a field is a token, and this has " + named(name.charAt(i)) + " at index " + i);
            }
        }
    }

    /// Refuses a value that is not ISO-8859-1 without control characters except tab.
    ///
    /// @param name of the field; checked already
    public static void requireValue(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            if (!isTextLetter(value.charAt(i))) {
                throw new IllegalArgumentException(
                        "the value of " + name + " has " + named(value.charAt(i)) + " at index " + i);
            }
        }
    }

    private static String named(char letter) {
        return switch (letter) {
            case '\r' -> "CR";
            case '\n' -> "LF";
            case 0 -> "NUL";
            case ' ' -> "a space";
            default -> "the character " + (int) letter;
        };
    }

    private static boolean isTokenLetter(char letter) {
        return (letter >= '0' && letter <= '9')
                || (letter >= 'A' && letter <= 'Z')
                || (letter >= 'a' && letter <= 'z')
                || "!#$%&'*+-.^_`|~".indexOf(letter) >= 0;
    }

    private static boolean isTextLetter(char letter) {
        return letter == '\t' || (letter >= ' ' && letter <= 0xff && letter != 0x7f);
    }
}
