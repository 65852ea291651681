package dev.weir.memory.block;

/// The three classes of block that a slab can be cut into.
///
/// **Threads:** immutable.
public enum BlockSize {
    /// 2 KiB: what a slow sender has sent so far.
    SMALL(0, 2 * 1024),
    /// 17 KiB: 16 KiB of bytes and room for a whole TLS record of 16,709 bytes.
    NORMAL(1, 17 * 1024),
    /// 68 KiB: four normal blocks, for heads larger than the usual limit.
    LARGE(2, 68 * 1024);

    /// How many classes there are.
    public static final int COUNT = 3;

    private final int index;
    private final int bytes;

    BlockSize(int index, int bytes) {
        this.index = index;
        this.bytes = bytes;
    }

    /// The place of this class in arrays kept by class.
    public int index() {
        return index;
    }

    /// The capacity of a block of this class, in bytes.
    public int bytes() {
        return bytes;
    }
}
