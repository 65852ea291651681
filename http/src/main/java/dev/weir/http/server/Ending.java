package dev.weir.http.server;

import dev.weir.connection.CloseReason;

/// Who ended an exchange, in which phase, and why: two letters and a few words for the log.
///
/// **Threads:** confined to the loop of its exchange.
/// **Source:** HAProxy's termination codes.
public final class Ending {
    /// Why who held memory too long was ended.
    public static final String STARVED = "closed because others waited for its memory";

    /// Why an exchange ended that nobody waited for any longer, as far as can be known.
    public static final String LEFT = "the client had ended its side";

    /// Why a client was sent away that moved less than it had to.
    public static final String TOO_SLOW = "the client was slower than the least rate";

    private char who = '-';
    private char phase = '-';
    private String reason = "";

    Ending() {}

    /// Who: C client, S origin, L this server, R a resource it lacked, T time, - nobody: it went well.
    public char who() {
        return who;
    }

    /// When: R receiving the request, Q waiting for a connection, C connecting, H waiting for the answer's
    /// head, D moving data, - at its proper end.
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

    /// Notes that the connection ended.
    void note(CloseReason reason, char during) {
        switch (reason) {
            case PEER_LEFT -> note('C', during, "the client left");
            case RESET -> note('C', during, "the client reset the connection");
            case TIMED_OUT -> note('T', during, "time ran out");
            case IDLE -> note('T', during, "idle");
            case BROKEN -> note('L', during, "the connection was broken");
            case PURGED -> note('L', during, "closed to obey a limit");
            case STARVED -> note('R', during, STARVED);
            case CLOSED -> note('L', during, "closed by this server");
        }
    }

    void reset() {
        who = '-';
        phase = '-';
        reason = "";
    }
}
