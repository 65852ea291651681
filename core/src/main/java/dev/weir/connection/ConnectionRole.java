package dev.weir.connection;

import java.util.Locale;

/// Where a connection stands: on whose side, and at which listener or origin. One is made for each listener and
/// for each origin, and given to all their connections; its text is made where somebody reads it.
///
/// **Threads:** immutable.
///
/// @param side whose connection it is
/// @param name of the listener or of the upstream; what it is for, on another side
/// @param origin at the upstream, as messages name it; empty but on the origin's side
public record ConnectionRole(Side side, String name, String origin) {
    /// The sides a connection can be on.
    public enum Side {
        /// The client's.
        DOWNSTREAM,
        /// The origin's.
        UPSTREAM,
        /// That of a client for whom there is no place, until that is said.
        REFUSED,
        /// None of these.
        OTHER;

        private final String text = name().toLowerCase(Locale.ROOT);

        /// As it is shown.
        public String text() {
            return text;
        }
    }

    /// That of clients which a listener has let in.
    public static ConnectionRole downstream(String listener) {
        return new ConnectionRole(Side.DOWNSTREAM, listener, "");
    }

    /// That of clients which a listener has no place for.
    public static ConnectionRole refused(String listener) {
        return new ConnectionRole(Side.REFUSED, listener, "");
    }

    /// That of connections of an upstream to one of its origins.
    public static ConnectionRole upstream(String upstream, String origin) {
        return new ConnectionRole(Side.UPSTREAM, upstream, origin);
    }

    /// That of a connection which no listener and no upstream has.
    ///
    /// @param name what it is for
    public static ConnectionRole other(String name) {
        return new ConnectionRole(Side.OTHER, name, "");
    }

    /// The name of its upstream; empty but on the origin's side.
    public String upstream() {
        return side == Side.UPSTREAM ? name : "";
    }

    /// Side, name and origin in words: `downstream http`, `upstream web 127.0.0.1:9001`; on another side the
    /// name alone.
    @Override
    public String toString() {
        if (side == Side.OTHER) return name;
        String words = side.text + " " + name;
        return origin.isEmpty() ? words : words + " " + origin;
    }
}
