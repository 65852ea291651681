package dev.weir.memory.block;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One piece of memory, cut into blocks of one size at a time; it can be given back to the system while it is
/// empty.
///
/// Everything but [#carve] is guarded by the pool's lock. Only the part that holds whole blocks is used.
///
/// It is for the pool's own parts.
///
/// **Owns:** its memory, from the first [#carve] until [#free].
/// **Threads:** guarded by the pool's lock.
public final class Slab {
    /// Stands for the slab of a block that lies in none.
    static final Slab NONE = new Slab(0, false);

    private final int slabBytes;
    private final boolean isColdFirst;
    private @Nullable Arena arena;
    private @Nullable MemorySegment memory;
    /// By size; made when the slab first serves it and kept, so that serving it again allocates nothing.
    private final Block[] @Nullable [] blocks = new Block[BlockSize.COUNT] @Nullable [];

    @Nullable
    BlockSize serving;

    @Nullable
    Slab above;

    @Nullable
    Slab below;

    /// It lends no more, and is given up when its last block is back.
    boolean isRetiring;

    private @Nullable Block free;
    private @Nullable Block freeLast; // only when cold first
    private int untouched;
    private int used;

    Slab(int slabBytes, boolean isColdFirst) {
        this.slabBytes = slabBytes;
        this.isColdFirst = isColdFirst;
    }

    boolean isCarvedFor(BlockSize size) {
        return blocks[size.index()] != null;
    }

    /// Makes memory and blocks; called without the lock by the one thread that took this slab off the common
    /// list.
    ///
    /// @param depot where its blocks go back
    /// @param arenas makes one for its memory alone
    public void carve(Depot depot, Supplier<Arena> arenas, BlockSize size) {
        MemorySegment whole = memory;
        if (whole == null) {
            Arena own = arena;
            if (own == null) {
                own = arenas.get();
                arena = own;
            }
            whole = own.allocate(slabBytes, Long.BYTES);
            DebugMode debug = depot.debug;
            if (debug != null) debug.poison(whole);
            memory = whole;
        }
        Block[] cut = new Block[slabBytes / size.bytes()];
        for (int i = 0; i < cut.length; i++) {
            var part = whole.asSlice((long) i * size.bytes(), size.bytes());
            cut[i] = new Block(depot, this, size, part.asByteBuffer());
        }
        blocks[size.index()] = cut;
    }

    /// Gives its memory back to the system, if it has any; called without the lock while no block of it is out and
    /// nobody can take one.
    public void free() {
        Arena own = arena;
        if (own == null) return;
        own.close();
        arena = null;
        memory = null;
        Arrays.fill(blocks, null);
    }

    /// Whether it has memory.
    boolean hasMemory() {
        return memory != null;
    }

    void serve(BlockSize size) {
        serving = size;
        free = null;
        untouched = 0;
    }

    Block take() {
        Block block = free;
        // Why: cold first, what was never used has lain longest.
        if (block == null || (isColdFirst && untouched < carved().length)) {
            block = carved()[untouched++];
        } else {
            free = block.nextFree;
        }
        block.nextFree = null; // also of one that was free when this slab served before
        used++;
        return block;
    }

    void put(Block block) {
        assert used > 0 : "a slab got back more than it gave";
        Block last = freeLast;
        if (isColdFirst && free != null && last != null) {
            block.nextFree = null;
            last.nextFree = block;
        } else {
            block.nextFree = free;
            free = block;
        }
        if (isColdFirst) freeLast = block;
        used--;
    }

    int used() {
        return used;
    }

    int outBytes() {
        return serving == null ? 0 : used * serving.bytes();
    }

    int freeBlocks() {
        return carved().length - used;
    }

    /// The blocks of the size served now; none while on the common list.
    public Block[] carved() {
        Block[] carved = serving == null ? null : blocks[serving.index()];
        return carved == null ? NO_BLOCKS : carved;
    }

    private static final Block[] NO_BLOCKS = {};
}
