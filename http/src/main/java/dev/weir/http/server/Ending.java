package dev.weir.http.server;

import dev.weir.connection.CloseReason;

/// How an exchange ended, for the log: one of [End], in which phase, and why in words.
///
/// **Threads:** confined to the loop of its exchange.
public final class Ending {
    private End end = End.WELL;
    private End.Phase phase = End.Phase.NONE;
    private String words = "";

    Ending() {}

    /// How it ended.
    public End end() {
        return end;
    }

    /// In which phase.
    public End.Phase phase() {
        return phase;
    }

    /// Why, in words; empty when it went well.
    public String reason() {
        return words;
    }

    /// Notes an end that has only one phase. Only the first note counts: later ones are its consequences.
    public void note(End how) {
        note(how, how.phase(), how.words());
    }

    /// Notes an end in one of its phases.
    public void note(End how, End.Phase during) {
        note(how, during, how.words());
    }

    /// Notes an end with words of its own.
    ///
    /// @param why a constant, not a new text for each exchange
    public void note(End how, End.Phase during, String why) {
        if (end != End.WELL) return;
        assert how.isPossibleIn(during) : how + " during " + during;
        end = how;
        phase = during;
        words = why;
    }

    /// Notes that the connection ended.
    void note(CloseReason reason, End.Phase during) {
        note(
                switch (reason) {
                    case PEER_LEFT -> End.CLIENT_LEFT;
                    case RESET -> End.CLIENT_RESET;
                    case TIMED_OUT -> End.TIMED_OUT;
                    case IDLE -> End.IDLE;
                    case BROKEN -> End.BROKEN;
                    case EVICTED -> End.PURGED;
                    case STARVED -> End.STARVED;
                    case CLOSED -> End.CLOSED;
                },
                during);
    }

    void reset() {
        end = End.WELL;
        phase = End.Phase.NONE;
        words = "";
    }
}
