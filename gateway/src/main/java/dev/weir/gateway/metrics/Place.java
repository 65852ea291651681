package dev.weir.gateway.metrics;

/// Where a connection of the gateway stands, read from its label: `downstream LISTENER`, `refused LISTENER` or
/// `upstream NAME ORIGIN`.
///
/// **Threads:** immutable.
///
/// @param side whose connection it is
/// @param upstream the name of the upstream; empty but on the origin's side
public record Place(Side side, String upstream) implements Comparable<Place> {
    private static final String UPSTREAM = "upstream ";
    private static final String REFUSED = "refused ";

    /// The two sides of the gateway, and its doorstep.
    public enum Side {
        /// The client's.
        DOWNSTREAM("downstream"),
        /// The origin's.
        UPSTREAM("upstream"),
        /// That of a client for whom there is no place, until it is told so.
        REFUSED("refused");

        private final String text;

        Side(String text) {
            this.text = text;
        }

        /// As it is shown.
        public String text() {
            return text;
        }
    }

    /// The place of a connection with this label.
    public static Place of(String label) {
        if (label.startsWith(REFUSED)) return new Place(Side.REFUSED, "");
        if (!label.startsWith(UPSTREAM)) return new Place(Side.DOWNSTREAM, "");
        int end = label.indexOf(' ', UPSTREAM.length());
        return new Place(Side.UPSTREAM, label.substring(UPSTREAM.length(), end < 0 ? label.length() : end));
    }

    @Override
    public int compareTo(Place other) {
        int bySide = side.compareTo(other.side);
        return bySide != 0 ? bySide : upstream.compareTo(other.upstream);
    }
}
