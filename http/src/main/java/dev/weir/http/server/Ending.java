package dev.weir.http.server;

/// Who ended an exchange, in which phase, and why: two letters and a few words for the log.
///
/// **Threads:** confined to the loop of its exchange.
/// **Source:** HAProxy's termination codes.
public final class Ending {
    private char who = '-';
    private char phase = '-';
    private String reason = "";

    Ending() {}

    /// Who: C client, S origin, L this server, R a resource it lacked, T time, - nobody: it went well.
    public char who() {
        return who;
    }

    /// When: R receiving the request, Q waiting for a connection, C connecting, H waiting for the answer's head, D
    /// moving
    /// data, - at its proper end.
    public char phase() {
        return phase;
    }

    /// Why, in words; empty when it went well.
    public String reason() {
        return reason;
    }

    /// Notes the end; the first note stays, what follows from it changes nothing.
    ///
    /// @param words a constant, not a new text per exchange
    public void note(char guilty, char during, String words) {
        if (who != '-') return;
        who = guilty;
        phase = during;
        reason = words;
    }

    void reset() {
        who = '-';
        phase = '-';
        reason = "";
    }
}
