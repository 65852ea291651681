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

/// The settings with which a server is opened. Start with [#at] and change what should differ.
///
/// **Threads:** immutable.
///
/// @param name the server's name in labels and reports
/// @param address on which it listens; port 0 lets the kernel choose
/// @param connectionsMax connections at once, at least 1
/// @param beyond what happens to clients over that limit
/// @param limits limits of a request's head
/// @param headerTimeout from the first byte of a request to the end of its head; after it 408
/// @param idleTimeout without a byte of a next request; after it the connection is closed without an answer
/// @param bodyTimeout without a byte either way while one is due; after it 408, or a reset if the answer has begun
/// @param drainTimeout while draining: without a byte of a next request; after it the connection is closed
/// @param requestTimeout for a request, head and body, to arrive, while the client is waited for, plus the time
///     that its body takes at `minRate`; after it 408
/// @param minRate bytes a second that a client has to move, over 10 s, while we read from it or bytes wait for
///     it; below it 408, or a reset if the answer has begun; 0 for no minimum
/// @param lingerSilence without a byte of the request, while the client still sends it after an answer that
///     ends the connection; after it the connection is closed
/// @param lingerTimeout after such an answer, in all; after it the connection is closed although the client
///     still sends
/// @param keepAliveField which clients get a field that says how long an idle connection is kept
/// @param answerTimeout for a handler to begin its answer while nothing of the request is waited for; after it
///     504, and a line in the log; zero for no timeout
/// @param purposeSuffix the end of the purposes of the server's own lines in the memory plan, such as ` at
///     listener 1`; what has no line of its own is taken from the connections of the plan
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

    /// The default of `minRate`: 1 KiB a second.
    public static final long MIN_RATE = 1024;

    /// The default of `answerTimeout`: 2 minutes. Clients and proxies usually wait for 60 s or less, and long
    /// polling is rarely longer: after this time nobody is left who waits.
    public static final Duration ANSWER = Duration.ofMinutes(2);

    /// The largest `minRate`: 64 MiB a second.
    public static final long MIN_RATE_MAX = 64L << 20;

    /// Heap bytes of one exchange without the fields of its head, as measured; it is kept for the next request.
    public static final long EXCHANGE_BYTES = 1400;

    /// Refuses settings that cannot work.
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

    /// The defaults of [#at], on a port of every address of this machine.
    ///
    /// @param port 0 lets the kernel choose
    public static ServerSettings port(int port) {
        return at(Endpoint.any(port));
    }

    /// The defaults of [#at], on a port that only this machine reaches.
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

    /// What a server with these settings takes from the charges of the plan: its connections, an exchange with
    /// the fields of its head on each, lingering connections, and refusals.
    ///
    /// @param loops event loops of its runtime
    /// @param handlerBytes bytes that its handler keeps with each exchange: [LoopHandler#exchangeBytes]
    public ChargeRequest charges(int loops, long handlerBytes) {
        return Listening.charges("server " + name, purposeSuffix, beyond, connectionsMax)
                .withEach("exchanges", connectionsMax, exchangeBytes(handlerBytes))
                .with(ChargeRequest.LINGERING, Lingering.places(connectionsMax, loops), ChargeRequest.CONNECTION_BYTES);
    }

    /// The settings of the server's listener.
    ListeningSettings listening(int loops, long handlerBytes) {
        return new ListeningSettings(name, address, connectionsMax, beyond, charges(loops, handlerBytes));
    }

    /// How many connections with their exchanges and refusals fit into so many bytes.
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

    /// These settings with another treatment of clients over the limit of connections.
    public ServerSettings withBeyond(Beyond other) {
        return with(draft -> draft.beyond = other);
    }

    /// These settings with other limits of a request's head.
    public ServerSettings withLimits(HeadLimits other) {
        return with(draft -> draft.limits = other);
    }

    /// These settings with another timeout for a request's head.
    public ServerSettings withHeaderTimeout(Duration time) {
        return with(draft -> draft.headerTimeout = time);
    }

    /// These settings with another idle timeout.
    public ServerSettings withIdleTimeout(Duration time) {
        return with(draft -> draft.idleTimeout = time);
    }

    /// These settings with another timeout for a stalled body.
    public ServerSettings withBodyTimeout(Duration time) {
        return with(draft -> draft.bodyTimeout = time);
    }

    /// These settings with another idle timeout while draining.
    ///
    /// @param time zero closes idle connections at once, after one look for bytes
    public ServerSettings withDrainTimeout(Duration time) {
        return with(draft -> draft.drainTimeout = time);
    }

    /// These settings with another timeout for a whole request.
    public ServerSettings withRequestTimeout(Duration time) {
        return with(draft -> draft.requestTimeout = time);
    }

    /// These settings with another minimum rate of clients.
    ///
    /// @param bytesPerSecond at most [#MIN_RATE_MAX], 0 for no minimum
    public ServerSettings withMinRate(long bytesPerSecond) {
        return with(draft -> draft.minRate = bytesPerSecond);
    }

    /// These settings with other timeouts for lingering after an answer that ends the connection.
    ///
    /// @param silence without a byte from a client that still has to send some of its request
    /// @param total in all
    public ServerSettings withLinger(Duration silence, Duration total) {
        return with(draft -> {
            draft.lingerSilence = silence;
            draft.lingerTimeout = total;
        });
    }

    /// These settings with another choice of the clients that get a `Keep-Alive` field.
    public ServerSettings withKeepAliveField(KeepAliveField other) {
        return with(draft -> draft.keepAliveField = other);
    }

    /// These settings with another timeout for a handler's answer.
    ///
    /// @param time zero for no timeout
    public ServerSettings withAnswerTimeout(Duration time) {
        return with(draft -> draft.answerTimeout = time);
    }

    /// These settings with lines of its own in the memory plan.
    ///
    /// @param suffix the end of their purposes: ` at listener 1` for `connections at listener 1`
    public ServerSettings withPurposeSuffix(String suffix) {
        return with(draft -> draft.purposeSuffix = suffix);
    }

    /// How many connections may linger at once after their last answer, beside those that [#connectionsMax]
    /// allows: a twentieth of these, at least 8, divided equally among the loops. When all places are taken,
    /// the one that has lingered longest is closed.
    ///
    /// @param connectionsMax connections at once
    /// @param loops event loops of the runtime
    public static int lingeringMax(int connectionsMax, int loops) {
        return Lingering.places(connectionsMax, loops);
    }

    /// The places for refused clients to linger: a flood of them takes no place from others.
    Lingering lingeringRefusals(EventLoop loop) {
        return new Lingering(loop, Listening.REFUSALS_MAX, lingerSilence, lingerTimeout);
    }

    Lingering lingering(EventLoop loop, int loops) {
        return new Lingering(loop, Lingering.placesPerLoop(connectionsMax, loops), lingerSilence, lingerTimeout);
    }

    /// A copy of these settings, changed by `change`.
    private ServerSettings with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /// Settings that are being changed. Each component has its name, so that no two of the same type are swapped.
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
