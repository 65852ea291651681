package dev.weir.http.server;

import java.util.EnumSet;
import java.util.Set;

/// All the ways in which an exchange may end: who ended it, in which phase, what its client is told, and why in
/// words.
///
/// The page docs/access-log.md is its index; a test compares them.
///
/// **Threads:** immutable.
/// **Source:** HAProxy's termination codes.
public enum End {
    /// The answer is whole.
    WELL(Who.NOBODY, 0, "", Phase.NONE),

    /// The client closed.
    CLIENT_LEFT(Who.CLIENT, 0, "the client left", Phase.REQUEST, Phase.QUEUE, Phase.CONNECT, Phase.HEAD, Phase.DATA),
    /// The client reset its connection.
    CLIENT_RESET(Who.CLIENT, 0, "the client reset the connection", Phase.REQUEST, Phase.DATA),
    /// The client closed in the middle of its request.
    CLIENT_CUT(Who.CLIENT, 0, "the client left before its request was whole", Phase.DATA),
    /// Nobody waited any longer, as far as can be known, when time ran out.
    CLIENT_ENDED(
            Who.CLIENT,
            0,
            "the client had ended its side",
            Phase.REQUEST,
            Phase.QUEUE,
            Phase.CONNECT,
            Phase.HEAD,
            Phase.DATA),
    /// A client that ended its side is not served any more.
    ABANDONED(Who.CLIENT, 503, "the client ended its side", Phase.QUEUE, Phase.CONNECT, Phase.HEAD, Phase.DATA),
    /// Others needed the connection of one whose client may have gone.
    YIELDED(
            Who.CLIENT,
            503,
            "the client had ended its side, and others waited for its connection",
            Phase.QUEUE,
            Phase.CONNECT,
            Phase.HEAD,
            Phase.DATA),
    /// Others needed the place of one whose client may have gone.
    GIVEN_UP(
            Who.CLIENT,
            503,
            "the client had ended its side, and others waited for a connection",
            Phase.QUEUE,
            Phase.CONNECT),
    /// The client moved less than it had to.
    TOO_SLOW(Who.CLIENT, 408, "the client was slower than the least rate", Phase.DATA),
    /// The head cannot be understood, or is too large; the words and the status are the fault's.
    BROKEN_REQUEST(Who.CLIENT, 400, "the request broke the protocol", Phase.REQUEST),
    /// The body cannot be understood.
    BROKEN_BODY(Who.CLIENT, 400, "the request's body broke the protocol", Phase.DATA),
    /// A tunnel was asked for.
    CONNECT_ASKED(Who.CLIENT, 400, "CONNECT is not forwarded", Phase.REQUEST),
    /// With what is added there are more fields than may be.
    TOO_MANY_FIELDS(
            Who.CLIENT,
            431,
            "the request has too many header fields to be forwarded, with those that are added here",
            Phase.REQUEST),
    /// With what is added the head does not fit.
    HEAD_TOO_LARGE(Who.CLIENT, 431, "the request's head leaves no room for what has to be added", Phase.REQUEST),

    /// The head came too late.
    REQUEST_LATE(Who.TIME, 408, "the request did not arrive in time", Phase.REQUEST),
    /// Head and body together came too late.
    REQUEST_TOO_LONG(Who.TIME, 408, "the request took longer than its time to arrive", Phase.DATA),
    /// No byte of the body came for too long.
    BODY_LATE(Who.TIME, 408, "the request's body did not arrive in time", Phase.DATA),
    /// No byte of the answer was taken for too long.
    ANSWER_NOT_TAKEN(Who.TIME, 0, "the client did not take its answer", Phase.DATA),
    /// All connections were taken for too long.
    NO_TURN_IN_TIME(Who.TIME, 503, "no connection to the upstream came free in time", Phase.QUEUE),
    /// Connections were not accepted in time.
    CONNECT_TIMED_OUT(Who.TIME, 503, "no origin accepted a connection in time", Phase.CONNECT),
    /// The head of the answer did not come in time.
    ANSWER_LATE(Who.TIME, 504, "the origin did not answer in time", Phase.HEAD),
    /// The body of the answer stopped.
    ORIGIN_STALLED(Who.TIME, 504, "the origin stopped in the middle of its answer", Phase.DATA),
    /// The origin stopped reading.
    ORIGIN_DEAF(Who.TIME, 504, "the origin did not take the request", Phase.DATA),
    /// A deadline of the connection.
    TIMED_OUT(Who.TIME, 0, "time ran out", Phase.REQUEST, Phase.DATA),
    /// Nothing moved on the connection.
    IDLE(Who.TIME, 0, "idle", Phase.REQUEST, Phase.DATA),

    /// Others waited too long for the memory this one held.
    STARVED(
            Who.RESOURCE,
            503,
            "closed because others waited for its memory",
            Phase.REQUEST,
            Phase.QUEUE,
            Phase.CONNECT,
            Phase.HEAD,
            Phase.DATA),
    /// No block for the head.
    NO_MEMORY_FOR_HEAD(Who.RESOURCE, 503, "no memory for the request's head", Phase.REQUEST),
    /// No block for a head that comes slowly.
    HEAD_IN_PIECES(Who.RESOURCE, 503, "memory is scarce, and the request's head came in pieces", Phase.REQUEST),
    /// No block for a long head.
    NO_MEMORY_FOR_ALL(Who.RESOURCE, 503, "no memory in time for all of the request's head", Phase.REQUEST),
    /// No block while the exchange had time.
    NO_MEMORY_IN_TIME(Who.RESOURCE, 503, "no memory in time", Phase.REQUEST, Phase.HEAD, Phase.DATA),
    /// No block for what must stay together in the body.
    NO_MEMORY_FOR_BODY(Who.RESOURCE, 503, "no memory for the request's body", Phase.DATA),
    /// As many handlers run as may.
    TOO_MANY_IN_FLIGHT(Who.RESOURCE, 503, "too many requests in flight", Phase.HEAD),
    /// As many handlers wait for slow clients as may.
    TOO_MANY_SLOW(Who.RESOURCE, 503, "too many requests wait for their bodies", Phase.HEAD),
    /// Others waited for the connection that a slow client held.
    GAVE_WAY(
            Who.RESOURCE,
            503,
            "its slow client held a connection that others waited for",
            Phase.QUEUE,
            Phase.CONNECT,
            Phase.HEAD,
            Phase.DATA),
    /// The process has as many files open as it may; the system's words follow.
    NO_DESCRIPTOR(Who.RESOURCE, 503, "no file descriptor was left to connect to an origin", Phase.CONNECT),
    /// As many wait for a connection as may.
    QUEUE_FULL(Who.RESOURCE, 503, "too many requests wait for the upstream", Phase.QUEUE),
    /// No block for the head of the answer.
    NO_MEMORY_FOR_ANSWER_HEAD(Who.RESOURCE, 503, "no memory for the origin's head", Phase.HEAD),
    /// No block for the body of the answer.
    NO_MEMORY_FOR_ANSWER(Who.RESOURCE, 503, "no memory for the origin's answer", Phase.DATA),
    /// No block for the answer while the exchange had time.
    NO_MEMORY_FOR_ANSWER_IN_TIME(
            Who.RESOURCE, 503, "no memory for the origin's answer in time", Phase.HEAD, Phase.DATA),

    /// Connections were refused.
    CONNECT_FAILED(Who.ORIGIN, 503, "no origin accepted a connection", Phase.CONNECT),
    /// All origins are down, and stayed so.
    ALL_DOWN(Who.ORIGIN, 503, "no origin accepted a connection, and none returned in time", Phase.CONNECT),
    /// No name is known; which follows in words.
    NO_ORIGIN(Who.ORIGIN, 503, "there is no origin", Phase.CONNECT),
    /// A connection was dead when it was to be used.
    NOTHING_SENT(Who.ORIGIN, 503, "the connection to the origin broke before anything was sent", Phase.CONNECT),
    /// No byte of an answer came.
    ORIGIN_SILENT(Who.ORIGIN, 502, "the origin closed without an answer", Phase.HEAD),
    /// The answer cannot be understood, or is cut; the words say how.
    BROKEN_ANSWER(Who.ORIGIN, 502, "the origin's answer is broken", Phase.HEAD, Phase.DATA),
    /// The connection to the origin broke in the middle.
    ORIGIN_BROKE(Who.ORIGIN, 502, "the connection to the origin broke", Phase.HEAD, Phase.DATA),

    /// The request came to the listener that had forwarded it.
    LOOP(Who.SERVER, 508, "the request had been forwarded by this listener before", Phase.REQUEST),
    /// The request was to be forwarded no more.
    LAST_RECIPIENT(Who.SERVER, 200, "Max-Forwards was 0", Phase.REQUEST),
    /// No route takes it.
    NO_ROUTE(Who.SERVER, 404, "no route", Phase.REQUEST),
    /// The gateway ends.
    CLOSING(Who.SERVER, 503, "the gateway is closing", Phase.QUEUE),
    /// The connection to the origin was closed here.
    ORIGIN_CLOSED(Who.SERVER, 502, "the connection to the origin was closed", Phase.HEAD, Phase.DATA),
    /// No thread for the handler came in time.
    HANDLER_NOT_STARTED(Who.SERVER, 500, "the handler has not started", Phase.HEAD),
    /// The handler threw.
    HANDLER_FAILED(Who.SERVER, 500, "the handler failed", Phase.HEAD),
    /// The handler took longer than it may.
    HANDLER_LATE(Who.SERVER, 504, "the handler did not answer in time", Phase.HEAD),
    /// Something failed here.
    BROKEN(Who.SERVER, 0, "the connection was broken", Phase.REQUEST, Phase.DATA),
    /// There were more connections than a limit allows.
    PURGED(Who.SERVER, 0, "closed to obey a limit", Phase.REQUEST, Phase.DATA),
    /// The server ends.
    CLOSED(Who.SERVER, 0, "closed by this server", Phase.REQUEST, Phase.DATA);

    /// Who ended an exchange.
    public enum Who {
        /// It went well.
        NOBODY('-'),
        /// The client.
        CLIENT('C'),
        /// The origin.
        ORIGIN('S'),
        /// This server.
        SERVER('L'),
        /// A resource that was lacking.
        RESOURCE('R'),
        /// Time that ran out.
        TIME('T');

        private final char letter;

        Who(char letter) {
            this.letter = letter;
        }

        /// As the log has it.
        public char letter() {
            return letter;
        }
    }

    /// When an exchange ended.
    public enum Phase {
        /// At its proper end.
        NONE('-'),
        /// While the request was received.
        REQUEST('R'),
        /// While it waited for a connection.
        QUEUE('Q'),
        /// While a connection was made.
        CONNECT('C'),
        /// While the answer's head was awaited.
        HEAD('H'),
        /// While data moved.
        DATA('D');

        private final char letter;

        Phase(char letter) {
            this.letter = letter;
        }

        /// As the log has it.
        public char letter() {
            return letter;
        }
    }

    private final Who who;
    private final int status;
    private final String words;
    private final Phase usual;
    private final int phases; // a bit for each, by its ordinal

    End(Who who, int status, String words, Phase first, Phase... others) {
        this.who = who;
        this.status = status;
        this.words = words;
        this.usual = first;
        int all = bit(first);
        for (Phase other : others) all |= bit(other);
        this.phases = all;
    }

    private static int bit(Phase phase) {
        return 1 << phase.ordinal();
    }

    /// Who ends it so.
    public Who who() {
        return who;
    }

    /// What a client is answered that was answered nothing yet; 0 when it is answered nothing.
    public int status() {
        return status;
    }

    /// Why, in words.
    public String words() {
        return words;
    }

    /// The phases in which an exchange may end so.
    public Set<Phase> phases() {
        var all = EnumSet.noneOf(Phase.class);
        for (Phase one : Phase.values()) {
            if ((phases & bit(one)) != 0) all.add(one);
        }
        return all;
    }

    boolean isPossibleIn(Phase phase) {
        return (phases & bit(phase)) != 0;
    }

    /// The only phase of an end that has no other.
    ///
    /// @throws IllegalStateException if it has several
    public Phase phase() {
        if (Integer.bitCount(phases) > 1) throw new IllegalStateException(this + " has no phase of its own");
        return usual;
    }
}
