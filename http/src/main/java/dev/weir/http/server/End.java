package dev.weir.http.server;

import java.util.EnumSet;
import java.util.Set;

/// All the ways in which an exchange may end: who caused it, in which phases it is possible, which status the
/// client gets, and the reason in words.
///
/// The page docs/access-log.md lists them all; a test compares page and code.
///
/// **Threads:** immutable.
/// **Source:** HAProxy's termination codes.
public enum End {
    /// The whole answer was sent.
    WELL(Who.NOBODY, 0, "", Phase.NONE),

    /// The client closed.
    CLIENT_LEFT(Who.CLIENT, 0, "the client left", Phase.REQUEST, Phase.QUEUE, Phase.CONNECT, Phase.HEAD, Phase.DATA),
    /// The client reset its connection.
    CLIENT_RESET(Who.CLIENT, 0, "the client reset the connection", Phase.REQUEST, Phase.DATA),
    /// The client closed in the middle of its request.
    CLIENT_CUT(Who.CLIENT, 0, "the client left before its request was whole", Phase.DATA),
    /// A timeout passed, and the client had ended its side: as far as can be known, nobody waited any longer.
    CLIENT_ENDED(
            Who.CLIENT,
            0,
            "the client had ended its side",
            Phase.REQUEST,
            Phase.QUEUE,
            Phase.CONNECT,
            Phase.HEAD,
            Phase.DATA),
    /// A client that has ended its side is no longer served.
    ABANDONED(Who.CLIENT, 503, "the client ended its side", Phase.QUEUE, Phase.CONNECT, Phase.HEAD, Phase.DATA),
    /// Others needed the connection of an exchange whose client may have left.
    YIELDED(
            Who.CLIENT,
            503,
            "the client had ended its side, and others waited for its connection",
            Phase.QUEUE,
            Phase.CONNECT,
            Phase.HEAD,
            Phase.DATA),
    /// Others needed the place in the queue of an exchange whose client may have left.
    GIVEN_UP(
            Who.CLIENT,
            503,
            "the client had ended its side, and others waited for a connection",
            Phase.QUEUE,
            Phase.CONNECT),
    /// The client was slower than the minimum rate.
    TOO_SLOW(Who.CLIENT, 408, "the client was slower than the minimum rate", Phase.DATA),
    /// The head breaks the protocol or is too large; words and status are those of the fault.
    BROKEN_REQUEST(Who.CLIENT, 400, "the request broke the protocol", Phase.REQUEST),
    /// The body breaks the protocol.
    BROKEN_BODY(Who.CLIENT, 400, "the request's body broke the protocol", Phase.DATA),
    /// The client asked for a tunnel.
    CONNECT_ASKED(Who.CLIENT, 400, "CONNECT is not forwarded", Phase.REQUEST),
    /// With the fields that are added there are more than the limit allows.
    TOO_MANY_FIELDS(
            Who.CLIENT,
            431,
            "the request has too many header fields to be forwarded, with those that are added here",
            Phase.REQUEST),
    /// With the fields that are added the head does not fit into its block.
    HEAD_TOO_LARGE(Who.CLIENT, 431, "the request's head leaves no room for what has to be added", Phase.REQUEST),

    /// The head did not arrive in time.
    REQUEST_LATE(Who.TIME, 408, "the request did not arrive in time", Phase.REQUEST),
    /// Head and body together did not arrive in time.
    REQUEST_TOO_LONG(Who.TIME, 408, "the request took too long to arrive", Phase.DATA),
    /// No byte of the body arrived for too long.
    BODY_LATE(Who.TIME, 408, "the request's body did not arrive in time", Phase.DATA),
    /// No byte of the answer was taken for too long.
    ANSWER_NOT_TAKEN(Who.TIME, 0, "the client did not take its answer", Phase.DATA),
    /// All connections were in use for too long.
    NO_TURN_IN_TIME(Who.TIME, 503, "no connection to the upstream came free in time", Phase.QUEUE),
    /// No origin accepted a connection in time.
    CONNECT_TIMED_OUT(Who.TIME, 503, "no origin accepted a connection in time", Phase.CONNECT),
    /// The head of the answer did not arrive in time.
    ANSWER_LATE(Who.TIME, 504, "the origin did not answer in time", Phase.HEAD),
    /// The body of the answer stalled.
    ORIGIN_STALLED(Who.TIME, 504, "the origin stopped in the middle of its answer", Phase.DATA),
    /// The origin stopped reading.
    ORIGIN_DEAF(Who.TIME, 504, "the origin did not take the request", Phase.DATA),
    /// A deadline of the connection passed.
    TIMED_OUT(Who.TIME, 0, "time ran out", Phase.REQUEST, Phase.DATA),
    /// Nothing moved on the connection.
    IDLE(Who.TIME, 0, "idle", Phase.REQUEST, Phase.DATA),

    /// Others had waited too long for the memory that this exchange held.
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
    /// No block to wait in for the rest of a head, while memory is scarce.
    HEAD_IN_PIECES(Who.RESOURCE, 503, "memory is scarce, and the request's head came in pieces", Phase.REQUEST),
    /// No block for a long head.
    NO_MEMORY_FOR_ALL(Who.RESOURCE, 503, "no memory in time for all of the request's head", Phase.REQUEST),
    /// No block was granted in time.
    NO_MEMORY_IN_TIME(Who.RESOURCE, 503, "no memory in time", Phase.REQUEST, Phase.HEAD, Phase.DATA),
    /// No block for a part of the body that must be whole.
    NO_MEMORY_FOR_BODY(Who.RESOURCE, 503, "no memory for the request's body", Phase.DATA),
    /// The limit of running handlers is reached.
    TOO_MANY_IN_FLIGHT(Who.RESOURCE, 503, "too many requests in flight", Phase.HEAD),
    /// The limit of handlers that wait for slow clients is reached.
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
    /// The process has no file descriptor left; the system's words follow.
    NO_DESCRIPTOR(Who.RESOURCE, 503, "no file descriptor was left to connect to an origin", Phase.CONNECT),
    /// The limit of requests that wait for a connection is reached.
    QUEUE_FULL(Who.RESOURCE, 503, "too many requests wait for the upstream", Phase.QUEUE),
    /// No block for the head of the answer.
    NO_MEMORY_FOR_ANSWER_HEAD(Who.RESOURCE, 503, "no memory for the origin's head", Phase.HEAD),
    /// No block for the body of the answer.
    NO_MEMORY_FOR_ANSWER(Who.RESOURCE, 503, "no memory for the origin's answer", Phase.DATA),
    /// No block for the answer was granted in time.
    NO_MEMORY_FOR_ANSWER_IN_TIME(
            Who.RESOURCE, 503, "no memory for the origin's answer in time", Phase.HEAD, Phase.DATA),

    /// Origins refused the connection.
    CONNECT_FAILED(Who.ORIGIN, 503, "no origin accepted a connection", Phase.CONNECT),
    /// All origins are down, and none came back in time.
    ALL_DOWN(Who.ORIGIN, 503, "no origin accepted a connection, and none returned in time", Phase.CONNECT),
    /// No name of the upstream has an address; the reason follows in words.
    NO_ORIGIN(Who.ORIGIN, 503, "there is no origin", Phase.CONNECT),
    /// A connection was dead before a byte was sent over it.
    NOTHING_SENT(Who.ORIGIN, 503, "the connection to the origin broke before anything was sent", Phase.CONNECT),
    /// No byte of an answer arrived.
    ORIGIN_SILENT(Who.ORIGIN, 502, "the origin closed without an answer", Phase.HEAD),
    /// The answer breaks the protocol or is cut; the words say how.
    BROKEN_ANSWER(Who.ORIGIN, 502, "the origin's answer is broken", Phase.HEAD, Phase.DATA),
    /// The connection to the origin broke during the exchange.
    ORIGIN_BROKE(Who.ORIGIN, 502, "the connection to the origin broke", Phase.HEAD, Phase.DATA),

    /// The request came to the listener that had forwarded it.
    LOOP(Who.SERVER, 508, "the request had been forwarded by this listener before", Phase.REQUEST),
    /// The request must not be forwarded any further.
    LAST_RECIPIENT(Who.SERVER, 200, "Max-Forwards was 0", Phase.REQUEST),
    /// No route matches.
    NO_ROUTE(Who.SERVER, 404, "no route", Phase.REQUEST),
    /// The gateway is closing.
    CLOSING(Who.SERVER, 503, "the gateway is closing", Phase.QUEUE),
    /// The connection to the origin was closed here.
    ORIGIN_CLOSED(Who.SERVER, 502, "the connection to the origin was closed", Phase.HEAD, Phase.DATA),
    /// No thread for the handler could be started.
    HANDLER_NOT_STARTED(Who.SERVER, 500, "the handler has not started", Phase.HEAD),
    /// The handler threw.
    HANDLER_FAILED(Who.SERVER, 500, "the handler failed", Phase.HEAD),
    /// The handler did not answer in time.
    HANDLER_LATE(Who.SERVER, 504, "the handler did not answer in time", Phase.HEAD),
    /// Something failed in this server.
    BROKEN(Who.SERVER, 0, "the connection was broken", Phase.REQUEST, Phase.DATA),
    /// The connection was closed because of a limit.
    PURGED(Who.SERVER, 0, "closed to obey a limit", Phase.REQUEST, Phase.DATA),
    /// The server is closing.
    CLOSED(Who.SERVER, 0, "closed by this server", Phase.REQUEST, Phase.DATA);

    /// Who caused the end of an exchange.
    public enum Who {
        /// Nobody: it ended well.
        NOBODY('-'),
        /// The client.
        CLIENT('C'),
        /// The origin.
        ORIGIN('S'),
        /// This server.
        SERVER('L'),
        /// A resource was lacking.
        RESOURCE('R'),
        /// A timeout.
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
        /// While the request waited for a connection.
        QUEUE('Q'),
        /// While a connection was being opened.
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

    /// Who causes this end.
    public Who who() {
        return who;
    }

    /// The status a client gets if no answer had begun; 0 when it gets none.
    public int status() {
        return status;
    }

    /// Why, in words.
    public String words() {
        return words;
    }

    /// The phases in which this end is possible.
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

    /// The phase of an end that has only one.
    ///
    /// @throws IllegalStateException if it has several
    public Phase phase() {
        if (Integer.bitCount(phases) > 1) throw new IllegalStateException(this + " has no phase of its own");
        return usual;
    }
}
