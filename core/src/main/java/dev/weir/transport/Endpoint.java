package dev.weir.transport;

import java.net.InetAddress;
import java.util.Optional;

/// One end of a connection: an address to listen on, to connect to, or that a connection comes from. Networks,
/// pools, servers, configuration and logs use it; only the transports know the JDK's classes for it.
///
/// [Inet] is a numeric address, [Name] a host name that has to be looked up first, [Unix] a path in the file
/// system.
///
/// **Threads:** immutable.
/// **Waits:** never waits: nothing is looked up here; [NameLookup] does that.
/// **Source:** ADR 36.
public sealed interface Endpoint {
    /// The first number beyond the valid ports.
    int PORT_END = 65_536;

    /// A numeric address and a port.
    ///
    /// @param high the first half of the IPv6 address; 0 for an IPv4 one
    /// @param low its second half; for an IPv4 address `::ffff:a.b.c.d`
    /// @param zone the interface of a link-local address; 0 for none
    /// @param port 0 lets the kernel choose when listening
    /// @see <a href="https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2">RFC 4291 section 2.5.5.2</a>
    record Inet(long high, long low, int zone, int port) implements Endpoint {
        /// Refuses an invalid port.
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

        /// The same as an object of the JDK, for code that opens sockets.
        public InetAddress address() {
            return EndpointText.address(this);
        }

        /// `10.0.0.1`, or `2001:db8::1` in lower case, with its longest run of zeros as `::`, and without its zone,
        /// which means nothing on other machines.
        ///
        /// @see <a href="https://www.rfc-editor.org/rfc/rfc5952#section-4">RFC 5952 section 4</a>
        @Override
        public String host() {
            return EndpointText.host(this);
        }

        @Override
        public long key() {
            if (isIpv4()) return low;
            // Why: the first half is zero only for `::1`, this machine's own address, and for `::`, which no
            // machine has.
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

    /// A host name that has not been looked up, and a port. Networks of sockets refuse it.
    ///
    /// @param host in lower case
    /// @param port 0 lets the kernel choose when listening
    record Name(String host, int port) implements Endpoint {
        private static final long NAME = 0x1_0000_0000L;

        /// Refuses an invalid name; a numeric address is no name.
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

    /// A socket in the file system. No transport of Weir supports it yet, and networks refuse it.
    ///
    /// @param path absolute
    record Unix(String path) implements Endpoint {
        private static final long UNIX = 0x2_0000_0000L;

        /// Refuses a relative path.
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

    /// The address as a number, without its port; clients take turns for memory by this number. Never zero.
    ///
    /// For an IPv6 address these are its first 64 bits: one customer has a whole network of that size and may use
    /// any address in it. For an IPv4 address it is the last half of `::ffff:a.b.c.d`; for a name or a path, its
    /// hash. Read as IPv6 these are all in `::/8`, where no machine has an address, so that keys of different kinds
    /// never collide.
    ///
    /// @see <a href="https://www.rfc-editor.org/rfc/rfc6177">RFC 6177</a>
    long key();

    /// Whether it means all addresses of this machine.
    default boolean isAny() {
        return false;
    }

    /// Whether it has to be looked up; it may have several addresses.
    default boolean isName() {
        return false;
    }

    /// The same with another port.
    Endpoint withPort(int other);

    /// A numeric address, IPv4 or IPv6 without brackets.
    ///
    /// @throws IllegalArgumentException if it is not numeric; [#of] accepts names too
    static Inet inet(String host, int port) {
        return EndpointText.numeric(host, port)
                .orElseThrow(() -> new IllegalArgumentException("no numeric address: " + host));
    }

    /// The endpoint of an address of the JDK.
    static Inet inet(InetAddress address, int port) {
        return EndpointText.inet(address, port);
    }

    /// A port of `127.0.0.1`, which only this machine can reach.
    ///
    /// @param port 0 lets the kernel choose when listening
    static Inet loopback(int port) {
        return new Inet(0, EndpointText.IPV4 | 0x7f00_0001L, 0, port);
    }

    /// A port on all addresses of this machine, including IPv6 if it has any.
    ///
    /// @param port 0 lets the kernel choose
    static Inet any(int port) {
        return new Inet(0, EndpointText.IPV4, 0, port);
    }

    /// A host name that has to be looked up.
    ///
    /// @throws IllegalArgumentException if it is not a valid name
    static Name name(String host, int port) {
        return new Name(host, port);
    }

    /// A numeric address if `host` is one, otherwise a name.
    ///
    /// @param host an IPv6 address without brackets
    /// @throws IllegalArgumentException if it is neither
    static Endpoint of(String host, int port) {
        Optional<Inet> numeric = EndpointText.numeric(host, port);
        return numeric.isPresent() ? numeric.get() : new Name(host, port);
    }

    /// Parses the text of an endpoint, such as `127.0.0.1:8080`, `[::1]:8080`, `db.internal:5432` or
    /// `unix:/run/db.sock`, as `toString` writes it; empty if it is none.
    static Optional<Endpoint> parse(String text) {
        return EndpointText.parse(text);
    }

    /// Whether a text is a host: a name, an IPv4 address, or an IPv6 address in brackets.
    static boolean isHost(String text) {
        return EndpointText.isHost(text);
    }

    private static void requirePort(int port) {
        if (port < 0 || port >= PORT_END) throw new IllegalArgumentException("no port: " + port);
    }
}
