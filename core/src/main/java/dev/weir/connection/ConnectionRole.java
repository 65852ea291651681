package dev.weir.connection;

import java.util.Locale;

/// The role of a connection: on which side it is, and of which listener or origin. One object is made for each
/// listener and each origin and shared by their connections; its text is made only when it is read.
///
/// **Threads:** immutable.
///
/// @param side the side it is on
/// @param name the name of the listener or of the upstream; on another side, what the connection is for
/// @param origin the origin, as messages name it; empty except for connections to an upstream
public record ConnectionRole(Side side, String name, String origin) {
    /// The sides a connection can be on.
    public enum Side {
        /// Towards a client.
        DOWNSTREAM,
        /// Towards an origin.
        UPSTREAM,
        /// A client's connection beyond the limit, until the refusal is sent.
        REFUSED,
        /// None of these.
        OTHER;

        private final String text = name().toLowerCase(Locale.ROOT);

        /// The name in lower case.
        public String text() {
            return text;
        }
    }

    /// The role of client connections that a listener has accepted.
    public static ConnectionRole downstream(String listener) {
        return new ConnectionRole(Side.DOWNSTREAM, listener, "");
    }

    /// The role of client connections beyond a listener's limit.
    public static ConnectionRole refused(String listener) {
        return new ConnectionRole(Side.REFUSED, listener, "");
    }

    /// The role of an upstream's connections to one of its origins.
    public static ConnectionRole upstream(String upstream, String origin) {
        return new ConnectionRole(Side.UPSTREAM, upstream, origin);
    }

    /// The role of a connection that belongs to no listener and no upstream.
    ///
    /// @param name what it is for
    public static ConnectionRole other(String name) {
        return new ConnectionRole(Side.OTHER, name, "");
    }

    /// The name of its upstream; empty except for connections to an upstream.
    public String upstream() {
        return side == Side.UPSTREAM ? name : "";
    }

    /// Side, name and origin, such as `downstream http` or `upstream web 127.0.0.1:9001`; on another side only the
    /// name.
    @Override
    public String toString() {
        if (side == Side.OTHER) return name;
        String words = side.text + " " + name;
        return origin.isEmpty() ? words : words + " " + origin;
    }
}
