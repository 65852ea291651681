package dev.weir.http.server;

import dev.weir.http.codec.HttpFault;
import dev.weir.http.codec.Status;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The server's own error answers, encoded when the class is loaded, so that ending an exchange never needs memory.
///
/// **Threads:** immutable.
public final class StaticAnswers {
    private static final Map<HttpFault, Answer> FAULTS = new EnumMap<>(HttpFault.class);
    private static final int UNAVAILABLE = 503;
    private static final Map<Integer, Answer> STATUSES = new TreeMap<>();

    static {
        for (HttpFault fault : HttpFault.values()) {
            FAULTS.put(fault, of(fault.status(), fault.text()));
        }
        put(400, "The request could not be understood.");
        put(404, "There is nothing here under this name.");
        put(408, "The request did not arrive in time.");
        put(413, "The request is too large.");
        put(431, "The header section is too large to be forwarded.");
        put(429, "Too many requests; try again later.");
        put(500, "Something failed while the request was handled.");
        put(502, "The origin's answer was broken or cut off.");
        // Why: it carries Retry-After, for clients that repeat a 503 by themselves.
        STATUSES.put(UNAVAILABLE, saying(UNAVAILABLE, "The service cannot take this request now; try again later."));
        put(504, "Whoever was to answer did not do so in time.");
        put(508, "The request came back to where it had been forwarded from: the way to the origin is a circle.");
    }

    private StaticAnswers() {}

    /// The answer to a request that broke the protocol; the connection closes after it.
    public static Answer of(HttpFault fault) {
        Answer answer = FAULTS.get(fault);
        if (answer == null) throw new IllegalArgumentException("no answer for " + fault);
        return answer;
    }

    /// The plain answer of a status; the connection closes after it.
    ///
    /// @param status 400, 404, 408, 413, 429, 431, 500, 502, 503, 504 or 508
    public static Answer of(int status) {
        Answer answer = STATUSES.get(status);
        if (answer == null) throw new IllegalArgumentException("no static answer of status " + status);
        return answer;
    }

    /// Makes an answer that says in a sentence of its own what was wrong; the connection closes after it. It is
    /// encoded at each call: keep it.
    ///
    /// @param status 400 to 599
    /// @param why what was wrong, without a full stop
    public static Answer saying(int status, String why) {
        String sentence = why.substring(0, 1).toUpperCase(Locale.ROOT) + why.substring(1);
        Answer answer = of(status, sentence.endsWith(".") ? sentence : sentence + ".");
        return status == UNAVAILABLE ? answer.withField("Retry-After", "1") : answer;
    }

    private static void put(int status, String text) {
        STATUSES.put(status, of(status, text));
    }

    private static Answer of(int status, String text) {
        return Answer.text(status, status + " " + Status.reason(status) + "\n" + text + "\n")
                .thenClose();
    }
}
