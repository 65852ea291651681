package dev.weir.http.client;

/// Why a request has no whole answer.
///
/// **Threads:** immutable.
public enum ClientFailure {
    /// The connection was dead before a byte of the request was sent: it cannot have been processed.
    NOTHING_SENT("the connection was dead before a byte was sent"),
    /// The peer closed the connection without a byte of an answer.
    NO_ANSWER("the origin ended without an answer"),
    /// The answer is cut or breaks the protocol; the words say how.
    BROKEN_ANSWER("the origin's answer is broken"),
    /// The connection broke, for example by a reset.
    CONNECTION_BROKEN("the connection to the origin broke"),
    /// The connection was closed on this side: because everything closes, or for others.
    CONNECTION_CLOSED("the connection to the origin was closed"),
    /// The connection was closed because others had waited too long for the memory it held.
    STARVED("others waited too long for the memory it held"),
    /// There is no memory to hold the whole head of the answer.
    NO_MEMORY_FOR_HEAD("no memory for the answer's head"),
    /// There is no memory to hold a part of the answer's body that must be whole.
    NO_MEMORY_FOR_BODY("no memory for the answer"),
    /// No memory to read the answer into was granted in time.
    NO_MEMORY_IN_TIME("no memory for the answer in time"),
    /// The answer did not begin in time.
    ANSWER_TIMED_OUT("the origin did not answer in time"),
    /// The answer began and then stalled.
    ANSWER_STALLED("the origin's answer did not go on in time"),
    /// The peer took no more of the request in time.
    REQUEST_NOT_TAKEN("the origin did not take the request in time"),
    /// The sink takes no more bytes.
    SINK_GONE("nobody takes the answer any more");

    private final String words;

    ClientFailure(String words) {
        this.words = words;
    }

    /// The failure in words, for people.
    public String words() {
        return words;
    }
}
