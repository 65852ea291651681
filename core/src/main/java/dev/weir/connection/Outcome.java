package dev.weir.connection;

/// What became of a request; each has exactly one.
/// Nothing here reports it yet: it is the vocabulary of calls over a pool.
///
/// **Threads:** immutable.
/// **Source:** the third law; CORBA's completion status; RFC 9110 section 9.2.2 on what may be repeated.
public enum Outcome {
    /// Its own reply arrived.
    REPLIED,
    /// Not one byte of it reached the peer: repeating it is safe.
    NOT_SENT,
    /// It was sent, and the reply did not arrive whole: the peer may or may not have acted.
    MAYBE_PROCESSED
}
