package dev.weir.gateway.metrics;

/// Where a connection of the gateway stands, read from its label: `downstream LISTENER` or `upstream NAME ORIGIN`.
///
/// **Threads:** immutable.
///
/// @param side whose connection it is
/// @param upstream the name of the upstream; empty on the client's side
public record Place(Side side, String upstream) implements Comparable<Place> {
    private static final String UPSTREAM = "upstream ";

    /// The two sides of the gateway.
    public enum Side {
        /// The client's.
        DOWNSTREAM("downstream"),
        /// The origin's.
        UPSTREAM("upstream");

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
