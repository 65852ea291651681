package dev.weir.gateway.config;

import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.List;

/// A named group of interchangeable origins.
///
/// **Threads:** immutable.
///
/// @param name 1 to 64 of `[A-Za-z0-9._-]`
/// @param origins at least one, no two equal, ports from 1; a host may be a name
/// @param balance how an origin is chosen
/// @param pool bounds of the connections to each origin
/// @param timeouts how long an origin may take
/// @param retry which requests are retried automatically
/// @param reuse which clients share an origin's connection
/// @param abandon when an exchange whose client has half-closed loses its connection to the origin
/// @param whenAllDown what happens to a request while all origins are down
/// @param resolve how names among the origins are looked up
/// @param trailers what happens to the trailers of requests
public record Upstream(
        String name,
        List<Endpoint> origins,
        Balance balance,
        Pool pool,
        Timeouts timeouts,
        Retry retry,
        Reuse reuse,
        Abandon abandon,
        WhenAllDown whenAllDown,
        Resolve resolve,
        Trailers trailers) {

    /// An upstream with defaults for the omitted settings.
    public Upstream(String name, List<Endpoint> origins, Balance balance, Pool pool, Timeouts timeouts, Retry retry) {
        this(name, origins, balance, pool, timeouts, retry, Reuse.SAFE, Abandon.WHEN_NEEDED);
    }

    /// An upstream with defaults for the omitted settings.
    public Upstream(
            String name,
            List<Endpoint> origins,
            Balance balance,
            Pool pool,
            Timeouts timeouts,
            Retry retry,
            Reuse reuse,
            Abandon abandon) {
        this(
                name,
                origins,
                balance,
                pool,
                timeouts,
                retry,
                reuse,
                abandon,
                WhenAllDown.WAIT,
                Resolve.DEFAULT,
                Trailers.DROP);
    }

    /// This upstream with other times.
    public Upstream withTimeouts(Timeouts other) {
        return new Upstream(name, origins, balance, pool, other, retry, reuse, abandon, whenAllDown, resolve, trailers);
    }

    /// This upstream with another `whenAllDown`.
    public Upstream withWhenAllDown(WhenAllDown other) {
        return new Upstream(name, origins, balance, pool, timeouts, retry, reuse, abandon, other, resolve, trailers);
    }

    /// This upstream with another treatment of request trailers.
    public Upstream withTrailers(Trailers other) {
        return new Upstream(name, origins, balance, pool, timeouts, retry, reuse, abandon, whenAllDown, resolve, other);
    }

    /// This upstream with other settings of name lookups.
    public Upstream withResolve(Resolve other) {
        return new Upstream(
                name, origins, balance, pool, timeouts, retry, reuse, abandon, whenAllDown, other, trailers);
    }

    /// The most origins at once: one for each address, and for each name its limit of addresses.
    public int places() {
        int places = 0;
        for (Endpoint origin : origins) places += placesOf(origin);
        return places;
    }

    /// The most origins that one entry may stand for.
    public int placesOf(Endpoint origin) {
        return origin.isName() ? resolve.addresses() : 1;
    }

    /// Keeps an unmodifiable copy of the origins.
    public Upstream {
        origins = List.copyOf(origins);
    }

    /// How an origin is chosen among those that are up.
    public enum Balance {
        /// One after the other; the default.
        ROUND_ROBIN,
        /// The one with the fewest requests outstanding.
        LEAST_OUTSTANDING,
        /// Two at random, of these the one with fewer requests outstanding.
        RANDOM_2
    }

    /// Which requests are retried automatically when an origin's connection breaks.
    public enum Retry {
        /// Requests that reached no origin, and safe ones without a body whose reused connection broke; the
        /// default.
        SAFE,
        /// Nothing.
        NEVER
    }

    /// Which clients share an origin's connection, one request after another.
    public enum Reuse {
        /// Everybody's, but one that may have been logged in (NTLM, Negotiate) only its client's; the default.
        SAFE,
        /// One client's connection each.
        NEVER,
        /// Everybody's: no origin logs a connection in.
        ALWAYS
    }

    /// When an exchange whose client has half-closed after a whole request loses its connection to the origin.
    public enum Abandon {
        /// When another request waits for a connection, the oldest first; the default.
        WHEN_NEEDED,
        /// At once: an end is taken for a departure.
        ALWAYS,
        /// Not before the answer.
        NEVER
    }

    /// What happens to a request while all origins are down.
    public enum WhenAllDown {
        /// It waits in turn, up to `timeouts.connect`, for one to return; the default.
        WAIT,
        /// It fails at once.
        FAIL
    }

    /// What happens to the trailers of a request, which follow the last chunk of its body.
    public enum Trailers {
        /// They are left out; the default, because few origins expect any.
        DROP,
        /// They are passed on, but for those that may not stand there.
        PASS
    }

    /// Bounds of the connections to one upstream.
    ///
    /// **Threads:** immutable.
    ///
    /// @param connections open at once, 1 to 65535
    /// @param waiting requests that may wait for one, 0 to 1000000; more are refused
    /// @param acquire how long one waits
    /// @param idle how long an unused connection is kept
    /// @param fairBy the order in which waiting requests are served
    public record Pool(int connections, int waiting, Duration acquire, Duration idle, Memory.FairBy fairBy) {
        /// 64 connections, 256 waiting for 5 s, kept idle for 55 s; client addresses take turns.
        public static final Pool DEFAULT = new Pool(64, 256, Duration.ofSeconds(5), Duration.ofSeconds(55));

        /// Bounds under which client addresses take turns.
        public Pool(int connections, int waiting, Duration acquire, Duration idle) {
            this(connections, waiting, acquire, idle, Memory.FairBy.ADDRESS);
        }
    }

    /// How names among the origins are looked up.
    ///
    /// **Threads:** immutable.
    ///
    /// @param every from one lookup to the next; sooner when connecting fails
    /// @param addresses of each name that are used, 1 to 8
    public record Resolve(Duration every, int addresses) {
        /// Every 30 s, up to 8 addresses.
        public static final Resolve DEFAULT = new Resolve(Duration.ofSeconds(30), 8);
    }

    /// How long an origin may take.
    ///
    /// **Threads:** immutable.
    ///
    /// @param connect until a connection is open
    /// @param response from the last byte of the request to a complete head of the answer
    /// @param continues how long the gateway waits for an origin's 100 Continue before it sends one itself;
    ///     zero for never
    public record Timeouts(Duration connect, Duration response, Duration continues) {
        /// The default time until the gateway itself sends 100 Continue.
        public static final Duration CONTINUES = Duration.ofSeconds(1);

        /// 2 s to connect, 30 s to answer, 1 s until 100 Continue.
        public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(30));

        /// Timeouts with the default time until 100 Continue.
        public Timeouts(Duration connect, Duration response) {
            this(connect, response, CONTINUES);
        }
    }
}
