package dev.weir.ledger;

/// What was alive at one moment; zero is what every close must reach.
///
/// **Threads:** immutable.
public final class Balance {
    private static final Kind[] KINDS = Kind.values();

    private final long[] live;

    Balance(long[] live) {
        this.live = live;
    }

    /// How many of `kind` were alive.
    public long live(Kind kind) {
        return live[kind.ordinal()];
    }

    /// Whether nothing was.
    public boolean isZero() {
        for (long count : live) {
            if (count != 0) return false;
        }
        return true;
    }

    /// The counts by kind, such as `sockets 0, buffers 2`.
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (Kind kind : KINDS) {
            if (!text.isEmpty()) text.append(", ");
            text.append(kind.name().toLowerCase(java.util.Locale.ROOT))
                    .append("s ")
                    .append(live(kind));
        }
        return text.toString();
    }
}
