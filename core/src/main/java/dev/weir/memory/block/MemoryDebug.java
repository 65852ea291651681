package dev.weir.memory.block;

/// Ways of finding a wrong use of buffers and of trying what happens when there is none. All are off in
/// production, where they cost nothing.
///
/// **Threads:** immutable.
/// **Source:** HAProxy's `-dM`: poison, cold first and failure at will.
///
/// @param poison fills a block with 0xDE when it comes back, and looks whether it still is when it is
///     lent again:
///     a write after the end is an exception that names the owners that ended it and found it, and a read brings
///     rubbish
/// @param places keeps where each buffer was acquired and ended, for exceptions and for what is left at
///     close
/// @param coldFirst lends the block that has lain longest instead of the one used last, so that a handle
///     used after its end meets the bytes of another owner late
/// @param refusedPerMille of a thousand asked for, so many are refused although there are some: a try gets
///     none, a waiter waits and is granted at once; 0 to 1000
/// @param seed which ones are refused; the same seed refuses the same ones in the same order of asking
public record MemoryDebug(boolean poison, boolean places, boolean coldFirst, int refusedPerMille, long seed) {
    /// What production has.
    public static final MemoryDebug OFF = new MemoryDebug(false, false, false, 0, 0);

    /// Refuses what is no part of a thousand.
    public MemoryDebug {
        if (refusedPerMille < 0 || refusedPerMille > 1000) {
            throw new IllegalArgumentException("of a thousand blocks 0 to 1000 can be refused, not " + refusedPerMille);
        }
    }

    /// The same with blocks filled when they come back.
    public MemoryDebug withPoison() {
        return new MemoryDebug(true, places, coldFirst, refusedPerMille, seed);
    }

    /// The same with places kept.
    public MemoryDebug withPlaces() {
        return new MemoryDebug(poison, true, coldFirst, refusedPerMille, seed);
    }

    /// The same with the block that has lain longest lent first.
    public MemoryDebug withColdFirst() {
        return new MemoryDebug(poison, places, true, refusedPerMille, seed);
    }

    /// The same with blocks refused at random.
    ///
    /// @param perMille how many of a thousand, 0 to 1000
    /// @param newSeed which ones
    public MemoryDebug withRefusals(int perMille, long newSeed) {
        return new MemoryDebug(poison, places, coldFirst, perMille, newSeed);
    }

    /// Whether nothing is on.
    public boolean isOff() {
        return !poison && !places && !coldFirst && refusedPerMille == 0;
    }

    /// What is on, in words; empty when nothing is.
    public String describe() {
        var words = new StringBuilder();
        if (poison) words.append("poison, ");
        if (places) words.append("places, ");
        if (coldFirst) words.append("cold first, ");
        if (refusedPerMille > 0) {
            words.append(refusedPerMille)
                    .append(" of 1000 refused with seed ")
                    .append(seed)
                    .append(", ");
        }
        return words.isEmpty() ? "" : words.substring(0, words.length() - 2);
    }
}
