package dev.weir.gateway.config;

import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.List;

/// A named group of origins that answer alike.
///
/// **Threads:** immutable.
///
/// @param name 1 to 64 of `[A-Za-z0-9._-]`
/// @param origins at least one, no two equal, ports from 1; a host may be a name
/// @param balance how an origin is chosen
/// @param pool bounds of the connections to each origin
/// @param timeouts how long an origin may take
/// @param retry what is sent again by itself
/// @param reuse whose requests an origin's connection serves
/// @param abandon when an exchange whose client ended its side loses its connection to the origin
/// @param whenAllDown what a request does that finds all origins down
/// @param resolve how names among the origins are looked up
/// @param trailers what becomes of the trailers of requests
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

    /// An upstream with the defaults of what stands last.
    public Upstream(String name, List<Endpoint> origins, Balance balance, Pool pool, Timeouts timeouts, Retry retry) {
        this(name, origins, balance, pool, timeouts, retry, Reuse.SAFE, Abandon.WHEN_NEEDED);
    }

    /// An upstream with the defaults of what stands last.
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

    /// This upstream with another fate for requests that find all origins down.
    public Upstream withWhenAllDown(WhenAllDown other) {
        return new Upstream(name, origins, balance, pool, timeouts, retry, reuse, abandon, other, resolve, trailers);
    }

    /// This upstream with another fate for the trailers of requests.
    public Upstream withTrailers(Trailers other) {
        return new Upstream(name, origins, balance, pool, timeouts, retry, reuse, abandon, whenAllDown, resolve, other);
    }

    /// This upstream with another way to look names up.
    public Upstream withResolve(Resolve other) {
        return new Upstream(
                name, origins, balance, pool, timeouts, retry, reuse, abandon, whenAllDown, other, trailers);
    }

    /// How many origins there may be at once: one for each address, and for each name as many as it may have
    /// addresses.
    public int places() {
        int places = 0;
        for (Endpoint origin : origins) places += placesOf(origin);
        return places;
    }

    /// How many origins one of them may stand for.
    public int placesOf(Endpoint origin) {
        return origin.isName() ? resolve.addresses() : 1;
    }

    /// Keeps an unmodifiable copy of the origins.
    public Upstream {
        origins = List.copyOf(origins);
    }

    /// How an origin is chosen among those that live.
    public enum Balance {
        /// One after the other; the default.
        ROUND_ROBIN("round-robin"),
        /// The one with the fewest requests outstanding.
        LEAST_OUTSTANDING("least-outstanding"),
        /// Two at random, of these the one with fewer requests outstanding.
        RANDOM_2("random-2");

        private final String text;

        Balance(String text) {
            this.text = text;
        }

        /// As it is written in the file.
        public String text() {
            return text;
        }
    }

    /// What is sent again by itself when an origin's connection broke.
    public enum Retry {
        /// Requests that reached nobody, and safe ones without a body that broke on a reused connection; the
        /// default.
        SAFE("safe"),
        /// Nothing.
        NEVER("never");

        private final String text;

        Retry(String text) {
            this.text = text;
        }

        /// As it is written in the file.
        public String text() {
            return text;
        }
    }

    /// Whose requests an origin's connection serves, one after the other.
    public enum Reuse {
        /// Everybody's, but one that may have been logged in (NTLM, Negotiate) only its client's; the default.
        SAFE("safe"),
        /// One client's connection each.
        NEVER("never"),
        /// Everybody's: no origin logs a connection in.
        ALWAYS("always");

        private final String text;

        Reuse(String text) {
            this.text = text;
        }

        /// As it is written in the file.
        public String text() {
            return text;
        }
    }

    /// When an exchange loses its connection to the origin because its client ended its side, after a whole
    /// request.
    public enum Abandon {
        /// When another request waits for a connection, the oldest first; the default.
        WHEN_NEEDED("when-needed"),
        /// At once: an end is taken for a departure.
        ALWAYS("always"),
        /// Not before the answer.
        NEVER("never");

        private final String text;

        Abandon(String text) {
            this.text = text;
        }

        /// As it is written in the file.
        public String text() {
            return text;
        }
    }

    /// What a request does that finds all origins down.
    public enum WhenAllDown {
        /// It waits in turn, up to `timeouts.connect`, for one to return; the default.
        WAIT("wait"),
        /// It fails at once.
        FAIL("fail");

        private final String text;

        WhenAllDown(String text) {
            this.text = text;
        }

        /// As it is written in the file.
        public String text() {
            return text;
        }
    }

    /// What becomes of the trailers of a request, which come behind the last chunk of its body.
    public enum Trailers {
        /// They are left out; the default, because few origins expect any.
        DROP("drop"),
        /// They are passed on, but for those that may not stand there.
        PASS("pass");

        private final String text;

        Trailers(String text) {
            this.text = text;
        }

        /// As it is written in the file.
        public String text() {
            return text;
        }
    }

    /// Bounds of the connections to one upstream.
    ///
    /// **Threads:** immutable.
    ///
    /// @param connections open at once, 1 to 65535
    /// @param waiting requests that wait for one, 0 to 1000000; more are refused
    /// @param acquire how long one waits
    /// @param idle how long an unused connection is kept
    /// @param fairBy in what order those are served who wait
    public record Pool(int connections, int waiting, Duration acquire, Duration idle, Memory.FairBy fairBy) {
        /// 64 connections, 256 waiting for 5 s, kept for 55 s; client addresses take turns.
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
    /// @param continues until an origin says that a client which waits for it may go on with its body; then the
    ///     gateway says so; zero for never
    public record Timeouts(Duration connect, Duration response, Duration continues) {
        /// Until the gateway says itself that a client may go on.
        public static final Duration CONTINUES = Duration.ofSeconds(1);

        /// 2 s to connect, 30 s to answer, 1 s to let a client go on.
        public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(30));

        /// Times with the usual one until a client may go on.
        public Timeouts(Duration connect, Duration response) {
            this(connect, response, CONTINUES);
        }
    }
}
