package dev.weir.memory;

/// An amount of memory, written with its unit: `mebibytes(64)`.
///
/// **Threads:** immutable.
///
/// @param bytes in bytes, at least 1
public record MemorySize(long bytes) {
    private static final int SHIFT = 10;

    /// Refuses what is no amount.
    public MemorySize {
        if (bytes < 1) throw new IllegalArgumentException("an amount of memory is at least 1 byte, was " + bytes);
    }

    /// So many times 1 024 bytes.
    public static MemorySize kibibytes(long count) {
        return times(count, SHIFT);
    }

    /// So many times 1 048 576 bytes.
    public static MemorySize mebibytes(long count) {
        return times(count, 2 * SHIFT);
    }

    /// So many times 1 073 741 824 bytes.
    public static MemorySize gibibytes(long count) {
        return times(count, 3 * SHIFT);
    }

    private static MemorySize times(long count, int shift) {
        return new MemorySize(Math.multiplyExact(count, 1L << shift));
    }

    /// In the largest unit that divides it: `64MiB`, `1000`.
    @Override
    public String toString() {
        String[] units = {"", "KiB", "MiB", "GiB"};
        int unit = Math.min(units.length - 1, Long.numberOfTrailingZeros(bytes) / SHIFT);
        return (bytes >> (unit * SHIFT)) + units[unit];
    }
}
