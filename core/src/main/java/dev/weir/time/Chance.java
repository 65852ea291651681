package dev.weir.time;

/// The one source of randomness: all code of Weir that needs a random number is given a `Chance`.
///
/// **Threads:** confined to its owner; each loop has its own.
/// **Source:** Steele, Lea and Flood, SplitMix64 (2014). Not for secrets.
public final class Chance {
    /// For production: no rare path is ever taken.
    public static final Rare NEVER = point -> false;

    private final Rare rare;
    private long state;

    /// Decides whether a rare path is taken; only a simulation implements it.
    public interface Rare {
        /// Whether the rare path at `point` is taken this time.
        boolean takes(RarePoint point);
    }

    /// A sequence that is the same for the same seed.
    public Chance(long seed) {
        this(seed, NEVER);
    }

    /// A sequence that is the same for the same seed, with rare paths.
    public Chance(long seed, Rare rare) {
        this.state = seed;
        this.rare = rare;
    }

    /// Whether the rare path is taken at `point`; always false in production.
    public boolean rarely(RarePoint point) {
        return rare != NEVER && rare.takes(point);
    }

    /// The next 64 bits.
    public long next() {
        state += 0x9E3779B97F4A7C15L;
        return mixed(state);
    }

    /// `bits` mixed, so that each of them changes about half of the result: a hash of a number.
    public static long mixed(long bits) {
        long z = bits;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /// A number in `[0, bound)`.
    ///
    /// @param bound at least 1
    public int below(int bound) {
        return (int) Math.unsignedMultiplyHigh(next(), bound);
    }
}
