package dev.weir.http.server;

import dev.weir.connection.ChargeRequest;
import dev.weir.connection.Lingering;
import dev.weir.http.codec.HeadLimits;
import dev.weir.loop.EventLoop;
import dev.weir.server.Beyond;
import dev.weir.server.Listening;
import dev.weir.server.ListeningSettings;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.function.Consumer;

/// What a server is opened with. Begin with [#at] and change what is to differ.
///
/// **Threads:** immutable.
///
/// @param name its name in labels and reports
/// @param address where it listens; port 0 lets the kernel choose
/// @param connectionsMax connections at once, at least 1
/// @param beyond what becomes of those who come beyond that
/// @param limits of a request's head
/// @param headerTimeout from the first byte of a request to the end of its head; then 408
/// @param idleTimeout without a byte of a next request; then the connection is closed without a word
/// @param bodyTimeout without a byte either way while one is due; then 408, or abort when the answer has begun
/// @param drainTimeout while draining: without a byte of a next request; then the connection is closed
/// @param requestTimeout to receive a request, head and body, while the client is waited for, and longer by as
///     much as its body takes at `minRate`; then 408
/// @param minRate bytes a second that a client has to move over 10 s, while we read from it or bytes wait for
///     it; then 408, or abort when the answer has begun; 0 for whatever it likes
/// @param lingerSilence after an answer that ends the connection, while the client still sends its request:
///     without a byte of it; then the connection is closed
/// @param lingerTimeout after such an answer: in all; then the connection is closed though the client still sends
/// @param keepAliveField which clients are told how long a connection without a request is kept
/// @param answerTimeout for a handler to begin its answer while nothing of the request is waited for; then 504,
///     and a line in the log; zero for as long as it likes
/// @param purposeSuffix what the purposes of its own lines in the memory plan end with, such as ` at listener 1`;
///     what has no line of its own is taken from the connections of the plan
public record ServerSettings(
        String name,
        Endpoint address,
        int connectionsMax,
        Beyond beyond,
        HeadLimits limits,
        Duration headerTimeout,
        Duration idleTimeout,
        Duration bodyTimeout,
        Duration drainTimeout,
        Duration requestTimeout,
        long minRate,
        Duration lingerSilence,
        Duration lingerTimeout,
        KeepAliveField keepAliveField,
        Duration answerTimeout,
        String purposeSuffix) {

    /// What a client has to move in a second unless something else is said: 1 KiB.
    public static final long MIN_RATE = 1024;

    /// How long a handler may take to begin its answer unless something else is said: 2 minutes. Clients and
    /// proxies wait for 60 s or less as a rule, and whoever polls for long rarely longer: after this nobody is
    /// left to answer.
    public static final Duration ANSWER = Duration.ofMinutes(2);

    /// The most that may be asked of a client: 64 MiB a second.
    public static final long MIN_RATE_MAX = 64L << 20;

    /// Heap bytes of one exchange beside the fields of its head, as measured; it is kept for the next request.
    public static final long EXCHANGE_BYTES = 1400;

    /// Refuses nonsense.
    public ServerSettings {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax must be at least 1, was " + connectionsMax);
        }
        requirePositive(headerTimeout, "headerTimeout");
        requirePositive(idleTimeout, "idleTimeout");
        requirePositive(bodyTimeout, "bodyTimeout");
        requirePositive(requestTimeout, "requestTimeout");
        if (minRate < 0 || minRate > MIN_RATE_MAX) {
            throw new IllegalArgumentException("minRate must be from 0 to " + MIN_RATE_MAX + ", was " + minRate);
        }
        requirePositive(lingerSilence, "lingerSilence");
        requirePositive(lingerTimeout, "lingerTimeout");
        if (answerTimeout.isNegative()) {
            throw new IllegalArgumentException("answerTimeout must not be shorter than nothing, was " + answerTimeout);
        }
        if (drainTimeout.isNegative()) {
            throw new IllegalArgumentException("drainTimeout must not be shorter than nothing, was " + drainTimeout);
        }
    }

    /// The defaults of [#at], at a port of every address of this machine.
    ///
    /// @param port 0 lets the kernel choose
    public static ServerSettings port(int port) {
        return at(Endpoint.any(port));
    }

    /// The defaults of [#at], at a port that only this machine reaches.
    ///
    /// @param port 0 lets the kernel choose
    @SuppressWarnings("AddressSelection") // Why: it is written as an address, which nobody looks up.
    public static ServerSettings localPort(int port) {
        return at(Endpoint.loopback(port));
    }

    /// The defaults: 8 000 connections, beyond which others wait, heads of 16 KiB and 100 fields, 10 s, 60 s,
    /// 30 s, 1 s while draining, 60 s for a request, 1 KiB a second, 2 min for a handler, and to linger 5 s of
    /// silence and 30 s in all.
    public static ServerSettings at(Endpoint address) {
        return new ServerSettings(
                "http",
                address,
                8_000,
                Beyond.WAIT,
                HeadLimits.DEFAULT,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                MIN_RATE,
                Lingering.SILENCE,
                Lingering.TOTAL,
                KeepAliveField.HTTP10,
                ANSWER,
                "");
    }

    /// What a server with these settings takes of the charges of the plan: its connections, an exchange on each
    /// with the fields of its head, those that linger, those that are refused.
    ///
    /// @param loops event loops of its runtime
    /// @param handlerBytes what its handler keeps with each exchange, in bytes: [LoopHandler#exchangeBytes]
    public ChargeRequest charges(int loops, long handlerBytes) {
        return Listening.charges("server " + name, purposeSuffix, beyond, connectionsMax)
                .withEach("exchanges", connectionsMax, exchangeBytes(handlerBytes))
                .with(ChargeRequest.LINGERING, Lingering.places(connectionsMax, loops), ChargeRequest.CONNECTION_BYTES);
    }

    /// How the server listens.
    ListeningSettings listening(int loops, long handlerBytes) {
        return new ListeningSettings(name, address, connectionsMax, beyond, charges(loops, handlerBytes));
    }

    /// How many connections with their exchanges, and refusals beside them, there can be in so many bytes.
    long connectionsWithin(long bytes, long handlerBytes) {
        long refusals = beyond == Beyond.REFUSE ? Listening.REFUSALS_CHARGED * ChargeRequest.CONNECTION_BYTES : 0;
        return Math.max(0, bytes - refusals) / (ChargeRequest.CONNECTION_BYTES + exchangeBytes(handlerBytes));
    }

    private long exchangeBytes(long handlerBytes) {
        return EXCHANGE_BYTES + handlerBytes + limits.fieldsBytes();
    }

    /// These settings with another name in labels and reports.
    public ServerSettings withName(String other) {
        return with(draft -> draft.name = other);
    }

    /// These settings with another limit of connections.
    ///
    /// @param count connections at once, at least 1
    public ServerSettings withConnectionsMax(int count) {
        return with(draft -> draft.connectionsMax = count);
    }

    /// These settings with another fate for those who come beyond the limit of connections.
    public ServerSettings withBeyond(Beyond other) {
        return with(draft -> draft.beyond = other);
    }

    /// These settings with other limits of a request's head.
    public ServerSettings withLimits(HeadLimits other) {
        return with(draft -> draft.limits = other);
    }

    /// These settings with another time for a request's head.
    public ServerSettings withHeaderTimeout(Duration time) {
        return with(draft -> draft.headerTimeout = time);
    }

    /// These settings with another time between requests.
    public ServerSettings withIdleTimeout(Duration time) {
        return with(draft -> draft.idleTimeout = time);
    }

    /// These settings with another time for a body that stands still.
    public ServerSettings withBodyTimeout(Duration time) {
        return with(draft -> draft.bodyTimeout = time);
    }

    /// These settings with another time between requests while draining.
    ///
    /// @param time zero closes at once what is idle, after one look for bytes
    public ServerSettings withDrainTimeout(Duration time) {
        return with(draft -> draft.drainTimeout = time);
    }

    /// These settings with another time for a whole request.
    public ServerSettings withRequestTimeout(Duration time) {
        return with(draft -> draft.requestTimeout = time);
    }

    /// These settings with another least rate of clients.
    ///
    /// @param bytesPerSecond at most [#MIN_RATE_MAX], 0 for whatever they like
    public ServerSettings withMinRate(long bytesPerSecond) {
        return with(draft -> draft.minRate = bytesPerSecond);
    }

    /// These settings with other times to linger after an answer that ends the connection.
    ///
    /// @param silence without a byte from a client that still has to send some of its request
    /// @param total in all
    public ServerSettings withLinger(Duration silence, Duration total) {
        return with(draft -> {
            draft.lingerSilence = silence;
            draft.lingerTimeout = total;
        });
    }

    /// These settings with other clients that are told how long a connection without a request is kept.
    public ServerSettings withKeepAliveField(KeepAliveField other) {
        return with(draft -> draft.keepAliveField = other);
    }

    /// These settings with another time for a handler to answer.
    ///
    /// @param time zero for as long as it likes
    public ServerSettings withAnswerTimeout(Duration time) {
        return with(draft -> draft.answerTimeout = time);
    }

    /// These settings with lines of its own in the memory plan.
    ///
    /// @param suffix what their purposes end with: ` at listener 1` for `connections at listener 1`
    public ServerSettings withPurposeSuffix(String suffix) {
        return with(draft -> draft.purposeSuffix = suffix);
    }

    /// How many connections may linger at once after their last answer, beside those that [#connectionsMax]
    /// allows: a twentieth of these, at least 8, shared by the loops equally. When all places are taken, the
    /// one that has lingered longest is closed.
    ///
    /// @param connectionsMax connections at once
    /// @param loops event loops of the runtime
    public static int lingeringMax(int connectionsMax, int loops) {
        return Lingering.places(connectionsMax, loops);
    }

    /// Those who were refused at the door: a flood of them takes no place from others.
    Lingering lingeringRefusals(EventLoop loop) {
        return new Lingering(loop, Listening.REFUSALS_MAX, lingerSilence, lingerTimeout);
    }

    Lingering lingering(EventLoop loop, int loops) {
        return new Lingering(loop, Lingering.placesPerLoop(connectionsMax, loops), lingerSilence, lingerTimeout);
    }

    /// A copy of these settings in which `change` sets what is to differ.
    private ServerSettings with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /// Settings that are being changed: each component by its name, so that no two of a kind are swapped.
    private static final class Draft {
        private String name;
        private Endpoint address;
        private int connectionsMax;
        private Beyond beyond;
        private HeadLimits limits;
        private Duration headerTimeout;
        private Duration idleTimeout;
        private Duration bodyTimeout;
        private Duration drainTimeout;
        private Duration requestTimeout;
        private long minRate;
        private Duration lingerSilence;
        private Duration lingerTimeout;
        private KeepAliveField keepAliveField;
        private Duration answerTimeout;
        private String purposeSuffix;

        Draft(ServerSettings from) {
            this.name = from.name;
            this.address = from.address;
            this.connectionsMax = from.connectionsMax;
            this.beyond = from.beyond;
            this.limits = from.limits;
            this.headerTimeout = from.headerTimeout;
            this.idleTimeout = from.idleTimeout;
            this.bodyTimeout = from.bodyTimeout;
            this.drainTimeout = from.drainTimeout;
            this.requestTimeout = from.requestTimeout;
            this.minRate = from.minRate;
            this.lingerSilence = from.lingerSilence;
            this.lingerTimeout = from.lingerTimeout;
            this.keepAliveField = from.keepAliveField;
            this.answerTimeout = from.answerTimeout;
            this.purposeSuffix = from.purposeSuffix;
        }

        ServerSettings settings() {
            return new ServerSettings(
                    name,
                    address,
                    connectionsMax,
                    beyond,
                    limits,
                    headerTimeout,
                    idleTimeout,
                    bodyTimeout,
                    drainTimeout,
                    requestTimeout,
                    minRate,
                    lingerSilence,
                    lingerTimeout,
                    keepAliveField,
                    answerTimeout,
                    purposeSuffix);
        }
    }

    private static void requirePositive(Duration time, String what) {
        if (!time.isPositive()) throw new IllegalArgumentException(what + " must be longer than nothing, was " + time);
    }
}
