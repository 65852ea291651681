package dev.weir.gateway.forward;

/// Reads one answer out of what a client has got so far.
///
/// @param status of the final answer; 0 when it is not whole
/// @param body of the final answer
/// @param bytes how many bytes it took, interim answers included
record Answers(int status, String body, int bytes) {
    static final Answers NOT_WHOLE = new Answers(0, "", 0);

    /// The first final answer in `got`.
    ///
    /// @param ended whether the path ended in order after it
    static Answers first(String got, boolean ended) {
        int from = 0;
        while (true) {
            int to = got.indexOf("\r\n\r\n", from) + 4;
            if (to < 4) return NOT_WHOLE;
            var head = new Peer.Message(got.substring(from, to), "");
            if (head.status() >= 200) return body(got, to, head, ended);
            from = to;
        }
    }

    private static Answers body(String got, int from, Peer.Message head, boolean ended) {
        if (head.has("Content-Length")) {
            int to = from + Integer.parseInt(head.field("Content-Length"));
            return got.length() < to ? NOT_WHOLE : new Answers(head.status(), got.substring(from, to), to);
        }
        if (head.field("Transfer-Encoding").equals("chunked")) return chunks(got, from, head.status());
        return ended ? new Answers(head.status(), got.substring(from), got.length()) : NOT_WHOLE;
    }

    private static Answers chunks(String got, int begin, int status) {
        var body = new StringBuilder();
        for (int at = begin; ; ) {
            int line = got.indexOf("\r\n", at);
            if (line < 0) return NOT_WHOLE;
            int size = Integer.parseInt(got.substring(at, line), 16);
            int to = line + 2 + size + 2;
            if (got.length() < to) return NOT_WHOLE;
            if (size == 0) return new Answers(status, body.toString(), to);
            body.append(got, line + 2, line + 2 + size);
            at = to;
        }
    }
}
