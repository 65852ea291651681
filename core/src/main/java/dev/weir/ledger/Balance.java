package dev.weir.ledger;

/// The counts of live resources at one moment. Every close must bring them to zero.
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

    /// Whether nothing was alive.
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
