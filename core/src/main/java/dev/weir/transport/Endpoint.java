package dev.weir.transport;

import java.net.InetAddress;
import java.util.Optional;

/// One end of a byte path: where somebody listens, connects to, or is connected from. What networks, pools,
/// servers, configuration and logs speak; only a kind of transport knows what the JDK calls it.
///
/// [Inet] is an address that can be used as it is, [Name] one that has to be looked up first, [Unix] a path of
/// the file system.
///
/// **Threads:** immutable.
/// **Waits:** never waits: nothing is looked up here; [NameLookup] does that, for whoever asks it.
/// **Source:** ADR 36.
public sealed interface Endpoint {
    /// The least port that does not exist.
    int PORT_END = 65_536;

    /// A numeric address and a port.
    ///
    /// @param high the first half of the IPv6 address; 0 for an IPv4 one
    /// @param low its second half; for an IPv4 address `::ffff:a.b.c.d`
    /// @param zone the interface that an address of one link belongs to; 0 for none
    /// @param port 0 stands for any when somebody is to listen there
    /// @see <a href="https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2">RFC 4291 section 2.5.5.2</a>
    record Inet(long high, long low, int zone, int port) implements Endpoint {
        /// Refuses what is no port.
        public Inet {
            requirePort(port);
        }

        /// Whether it is an IPv4 address.
        public boolean isIpv4() {
            return high == 0 && low >>> Integer.SIZE == EndpointText.IPV4 >>> Integer.SIZE;
        }

        @Override
        public boolean isAny() {
            return high == 0 && (low == 0 || low == EndpointText.IPV4);
        }

        /// The same as the JDK has it, for who opens sockets.
        public InetAddress address() {
            return EndpointText.address(this);
        }

        /// `10.0.0.1`, or `2001:db8::1` in lower case, with its longest run of zeros as `::` and without its zone,
        /// which means nothing elsewhere.
        ///
        /// @see <a href="https://www.rfc-editor.org/rfc/rfc5952#section-4">RFC 5952 section 4</a>
        @Override
        public String host() {
            return EndpointText.host(this);
        }

        @Override
        public long key() {
            if (isIpv4()) return low;
            // Why: only this machine's own is without one, `::1`, and `::`, which nobody has.
            if (high != 0) return high;
            return low != 0 ? low : 1;
        }

        @Override
        public Inet withPort(int other) {
            return new Inet(high, low, zone, other);
        }

        @Override
        public String toString() {
            return (isIpv4() ? host() : "[" + host() + "]") + ":" + port;
        }
    }

    /// A name and a port; whoever knows the addresses of the name has not been asked. Networks of sockets refuse
    /// it.
    ///
    /// @param host in lower case
    /// @param port 0 stands for any when somebody is to listen there
    record Name(String host, int port) implements Endpoint {
        private static final long NAME = 0x1_0000_0000L;

        /// Refuses what is no name, a numeric address among it.
        public Name {
            requirePort(port);
            if (!EndpointText.isName(host)) throw new IllegalArgumentException("no host name: " + host);
            host = EndpointText.lowerCase(host);
        }

        @Override
        public boolean isName() {
            return true;
        }

        @Override
        public long key() {
            return NAME | Integer.toUnsignedLong(host.hashCode());
        }

        @Override
        public Name withPort(int other) {
            return new Name(host, other);
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /// A socket in the file system. No transport of Weir uses it yet, and networks refuse it.
    ///
    /// @param path absolute
    record Unix(String path) implements Endpoint {
        private static final long UNIX = 0x2_0000_0000L;

        /// Refuses a path that depends on where the program was started.
        public Unix {
            if (!path.startsWith("/")) throw new IllegalArgumentException("no absolute path: " + path);
        }

        @Override
        public String host() {
            return path;
        }

        /// It has none: 0.
        @Override
        public int port() {
            return 0;
        }

        @Override
        public long key() {
            return UNIX | Integer.toUnsignedLong(path.hashCode());
        }

        /// It has none: the same.
        @Override
        public Unix withPort(int other) {
            return this;
        }

        @Override
        public String toString() {
            return EndpointText.UNIX + path;
        }
    }

    /// The address, the name or the path alone, without port and brackets.
    String host();

    /// The port; 0 for any, or where there is none.
    int port();

    /// The address as a number, without its port, by which those who wait for memory take turns; never zero.
    ///
    /// An IPv6 address counts by its first 64 bits: that much belongs to one customer, who may use any address in
    /// it. An IPv4 address is written `::ffff:a.b.c.d`, the last half of it; a name or a path has its hash. As IPv6
    /// these are all in `::/8`, which nobody has, so no two kinds meet.
    ///
    /// @see <a href="https://www.rfc-editor.org/rfc/rfc6177">RFC 6177</a>
    long key();

    /// Whether it stands for all addresses of this machine.
    default boolean isAny() {
        return false;
    }

    /// Whether it has to be looked up, and may have several addresses.
    default boolean isName() {
        return false;
    }

    /// The same place with another port.
    Endpoint withPort(int other);

    /// A numeric address, IPv4 or IPv6 without brackets.
    ///
    /// @throws IllegalArgumentException when it is not numeric; [#of] takes names too
    static Inet inet(String host, int port) {
        return EndpointText.numeric(host, port)
                .orElseThrow(() -> new IllegalArgumentException("no numeric address: " + host));
    }

    /// An address that the JDK has told.
    static Inet inet(InetAddress address, int port) {
        return EndpointText.inet(address, port);
    }

    /// A port that only this machine reaches, by `127.0.0.1`.
    ///
    /// @param port 0 stands for any when somebody is to listen there
    static Inet loopback(int port) {
        return new Inet(0, EndpointText.IPV4 | 0x7f00_0001L, 0, port);
    }

    /// A port of every address of this machine, IPv6 included where it has any.
    ///
    /// @param port 0 lets the kernel choose
    static Inet any(int port) {
        return new Inet(0, EndpointText.IPV4, 0, port);
    }

    /// A name that has to be looked up.
    ///
    /// @throws IllegalArgumentException when it is none
    static Name name(String host, int port) {
        return new Name(host, port);
    }

    /// A numeric address where `host` is one, else a name.
    ///
    /// @param host an IPv6 address without brackets
    /// @throws IllegalArgumentException when it is neither
    static Endpoint of(String host, int port) {
        Optional<Inet> numeric = EndpointText.numeric(host, port);
        return numeric.isPresent() ? numeric.get() : new Name(host, port);
    }

    /// What a text says: `127.0.0.1:8080`, `[::1]:8080`, `db.internal:5432`, `unix:/run/db.sock`, as
    /// `toString` writes it; empty when it says none.
    static Optional<Endpoint> parse(String text) {
        return EndpointText.parse(text);
    }

    /// Whether a text is the host of one: a name, an IPv4 address, or an IPv6 address in brackets.
    static boolean isHost(String text) {
        return EndpointText.isHost(text);
    }

    private static void requirePort(int port) {
        if (port < 0 || port >= PORT_END) throw new IllegalArgumentException("no port: " + port);
    }
}
