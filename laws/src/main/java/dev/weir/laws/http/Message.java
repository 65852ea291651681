package dev.weir.laws.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One message as its reader sees it, read by code that has nothing in common with Weir's.
///
/// @param head with its empty line
/// @param body without its framing
/// @param length bytes of the whole message
public record Message(String head, String body, int length) {
    /// The head that `got` begins with; null when it is not whole.
    public static @Nullable Message head(String got) {
        int end = got.indexOf("\r\n\r\n");
        return end < 0 ? null : new Message(got.substring(0, end + 4), "", end + 4);
    }

    /// The message that `got` begins with; null when it is not whole.
    ///
    /// @param toEnd whether a body without framing is everything there is
    public static @Nullable Message whole(String got, boolean toEnd) {
        Message head = head(got);
        if (head == null) return null;
        String length = head.field("content-length");
        if (length != null) {
            int to = head.length + Integer.parseInt(length);
            return got.length() < to ? null : new Message(head.head, got.substring(head.length, to), to);
        }
        if ("chunked".equals(head.field("transfer-encoding"))) return chunked(got, head);
        return toEnd ? new Message(head.head, got.substring(head.length), got.length()) : head;
    }

    private static @Nullable Message chunked(String got, Message head) {
        var body = new StringBuilder();
        int at = head.length;
        while (true) {
            int line = got.indexOf("\r\n", at);
            if (line < 0) return null;
            int size = Integer.parseInt(got.substring(at, line), 16);
            int to = line + 2 + size + 2;
            if (got.length() < to) return null;
            if (size == 0) return new Message(head.head, body.toString(), to);
            body.append(got, line + 2, line + 2 + size);
            at = to;
        }
    }

    /// The value of a field, its name in lower case; null when there is none.
    public @Nullable String field(String name) {
        for (int at = head.indexOf("\r\n") + 2; at < head.length() - 2; ) {
            int end = head.indexOf("\r\n", at);
            int colon = head.indexOf(':', at);
            if (colon > 0
                    && colon < end
                    && head.substring(at, colon).toLowerCase(Locale.ROOT).equals(name)) {
                return head.substring(colon + 1, end).strip();
            }
            at = end + 2;
        }
        return null;
    }

    /// Whether the head says where the body ends.
    public boolean isFramed() {
        return field("content-length") != null || field("transfer-encoding") != null;
    }

    /// The first word of the head.
    public String method() {
        return head.substring(0, head.indexOf(' '));
    }

    /// The second word of the head.
    public String path() {
        int from = head.indexOf(' ') + 1;
        return head.substring(from, head.indexOf(' ', from));
    }

    /// The status of an answer.
    public int status() {
        return Integer.parseInt(head.substring(9, 12));
    }
}
