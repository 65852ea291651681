package dev.weir.memory;

import static dev.weir.memory.block.BlockSize.NORMAL;

import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.MemoryDebug;
import dev.weir.memory.block.SlabPlan;
import dev.weir.memory.wait.FairBy;
import java.util.List;

/// How a budget is split: fixed parts, charges, and slabs for the rest; a sum that a human can check.
///
/// Slabs are whole numbers of normal blocks. Each part is hard and none lends to another.
///
/// **Threads:** immutable.
/// **Limits:** fixed + charges + slabs never exceed the budget; what does not fill a slab stays unused.
/// **Fails:** a budget too small for its lines, the reserve and one block is refused with the numbers and the
/// remedy.
/// **Source:** TigerBeetle, message pool: the sum of all users of memory, written down.
///
/// @param budgetBytes the hard limit, in bytes
/// @param fixed what is carved once, such as a read scratch per loop
/// @param charges what is counted for objects on the heap: limits times a measured charge each
/// @param slabBytes the size of one slab, a whole number of normal blocks
/// @param slabs how many slabs may exist
/// @param reserveBlocks the normal blocks that only urgent work may use
/// @param fairBy the order in which the pool of this plan serves waiters of one queue
/// @param debug how the pool of this plan looks for wrong use
/// @param messageBytesMax the longest message that is assembled, in bytes; zero when none is
/// @param lendsSlabs whether slabs retire for charges beyond the plan; never where messages are assembled,
///     whose share is a part of the slabs
public record MemoryPlan(
        long budgetBytes,
        List<Line> fixed,
        List<Line> charges,
        int slabBytes,
        int slabs,
        int reserveBlocks,
        FairBy fairBy,
        MemoryDebug debug,
        int messageBytesMax,
        boolean lendsSlabs) {

    /// The least reserve: one block for each of its three steps.
    public static final int RESERVE_BLOCKS_MIN = 3;

    /// The longest message that any plan may assemble, 1 GiB: its blocks are counted in an `int` of bytes.
    public static final int MESSAGE_BYTES_MAX = 1 << 30;

    /// So many of the longest messages have room in the assembly share, at least.
    private static final int MESSAGES_IN_SHARE = 4;

    /// One user of memory.
    ///
    /// @param purpose what it is for, unique among the lines of its part
    /// @param count how many there can be
    /// @param eachBytes what each takes, in bytes
    public record Line(String purpose, long count, long eachBytes) {
        /// Refuses negative numbers, empty purposes and sums beyond 63 bits.
        public Line {
            if (purpose.isBlank()) throw new IllegalArgumentException("a line of a memory plan needs a purpose");
            if (count < 0 || eachBytes < 0 || (eachBytes > 0 && count > Long.MAX_VALUE / eachBytes)) {
                throw new IllegalArgumentException("line '" + purpose + "' of a memory plan: " + count + " times "
                        + eachBytes + " bytes is not an amount of memory");
            }
        }

        /// Large blocks that are kept for one purpose ([dev.weir.memory.wait.KeptBlocks]).
        public static Line kept(String purpose, int count) {
            return new Line(purpose, count, BlockSize.LARGE.bytes());
        }

        /// The whole line in bytes.
        public long bytes() {
            return count * eachBytes;
        }
    }

    /// What an operator may choose.
    ///
    /// @param slabBytes the size wanted for one slab; at least one normal block, cut to a sixteenth of all slabs
    /// @param reserveBlocks the reserve in normal blocks, at least three; [#EIGHTH] means an eighth of all blocks
    /// @param fairBy the order in which waiters of one queue are served
    /// @param debug how the pool looks for wrong use
    /// @param messageBytesMax the longest message that is assembled, in bytes; zero when none is
    /// @param lendsSlabs whether slabs retire for charges that the plan has not
    public record Settings(
            int slabBytes,
            int reserveBlocks,
            FairBy fairBy,
            MemoryDebug debug,
            int messageBytesMax,
            boolean lendsSlabs) {
        /// Stands for a reserve of an eighth of all blocks, at least three.
        public static final int EIGHTH = 0;

        /// Slabs of 1 MiB, a reserve of an eighth, first come first served, no message assembled.
        public static final Settings DEFAULT = new Settings(1 << 20, EIGHTH, FairBy.ARRIVAL, MemoryDebug.OFF, 0, true);

        /// Refuses slabs below one block and reserves below three.
        public Settings {
            if (slabBytes < NORMAL.bytes()) {
                throw new IllegalArgumentException("a slab of " + slabBytes + " bytes holds no normal block: it needs "
                        + NORMAL.bytes() + " bytes or more");
            }
            if (reserveBlocks != EIGHTH && reserveBlocks < RESERVE_BLOCKS_MIN) {
                throw new IllegalArgumentException("a reserve of " + reserveBlocks + " blocks has no room for its "
                        + "three steps: it needs " + RESERVE_BLOCKS_MIN + " or more");
            }
            requireMessageBytes(messageBytesMax);
        }

        /// The same with another slab size.
        ///
        /// @param bytes the size wanted for one slab
        public Settings withSlabBytes(int bytes) {
            return new Settings(bytes, reserveBlocks, fairBy, debug, messageBytesMax, lendsSlabs);
        }

        /// The same with another reserve.
        ///
        /// @param blocks the reserve in normal blocks, or [#EIGHTH]
        public Settings withReserveBlocks(int blocks) {
            return new Settings(slabBytes, blocks, fairBy, debug, messageBytesMax, lendsSlabs);
        }

        /// The same with another order in each queue of waiters.
        ///
        /// @param newFairBy the order in which waiters of one queue are served
        public Settings withFairBy(FairBy newFairBy) {
            return new Settings(slabBytes, reserveBlocks, newFairBy, debug, messageBytesMax, lendsSlabs);
        }

        /// The same with other debugging.
        ///
        /// @param newDebug how the pool looks for wrong use
        public Settings withDebug(MemoryDebug newDebug) {
            return new Settings(slabBytes, reserveBlocks, fairBy, newDebug, messageBytesMax, lendsSlabs);
        }

        /// The same, and messages of so many bytes at most may be assembled.
        ///
        /// @param bytes the longest message that must be whole, in bytes; zero for none
        public Settings withWholeMessages(int bytes) {
            return new Settings(slabBytes, reserveBlocks, fairBy, debug, bytes, lendsSlabs);
        }

        /// The same, and slabs never retire: a request beyond the charges is refused.
        public Settings withFixedSlabs() {
            return new Settings(slabBytes, reserveBlocks, fairBy, debug, messageBytesMax, false);
        }
    }

    /// Copies the lines and refuses a sum that does not add up.
    public MemoryPlan {
        fixed = List.copyOf(fixed);
        charges = List.copyOf(charges);
        if (slabBytes < NORMAL.bytes() || slabBytes % NORMAL.bytes() != 0) {
            throw new IllegalArgumentException("a slab of " + slabBytes + " bytes is not a whole number of blocks of "
                    + NORMAL.bytes() + " bytes");
        }
        long blocks = (long) slabs * (slabBytes / NORMAL.bytes());
        long needed = sum(fixed, charges, (reserveBlocks + 1L) * NORMAL.bytes());
        if (reserveBlocks < RESERVE_BLOCKS_MIN || blocks <= reserveBlocks || blocks > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a budget of " + budgetBytes + " bytes is too small: fixed parts take "
                    + sum(fixed, List.of(), 0) + ", charges " + sum(charges, List.of(), 0) + ", and " + slabs
                    + " slabs of " + slabBytes + " bytes hold " + blocks + " blocks of " + NORMAL.bytes()
                    + " where the reserve of " + reserveBlocks + " and one more are needed; give it " + needed
                    + " bytes (" + (needed + 1023) / 1024
                    + "KiB) or more, or lower the limits on connections and exchanges");
        }
        if (sum(fixed, charges, (long) slabs * slabBytes) > budgetBytes) {
            throw new IllegalArgumentException("the parts of the plan add up to "
                    + sum(fixed, charges, (long) slabs * slabBytes) + " bytes, more than the budget of " + budgetBytes
                    + " bytes; take fewer slabs");
        }
        requireMessageBytes(messageBytesMax);
        int share = assemblyBlocks(blocks, reserveBlocks);
        if (blocksOf(messageBytesMax) > share / MESSAGES_IN_SHARE) {
            long others = needed - (reserveBlocks + 1L) * NORMAL.bytes();
            throw new IllegalArgumentException(tooLong(messageBytesMax, share, reserveBlocks, others));
        }
    }

    /// Splits a budget.
    ///
    /// @param budgetBytes the hard limit, in bytes
    /// @param fixed what is carved once
    /// @param charges what is counted for objects on the heap
    /// @param settings slab size and reserve
    public static MemoryPlan of(long budgetBytes, List<Line> fixed, List<Line> charges, Settings settings) {
        long rest = Math.max(0, budgetBytes - sum(fixed, charges, 0));
        // Why: a sixteenth of what the slabs get, not of the budget, so that small rests still make many slabs.
        int slabBytes = wholeBlocks(Math.min(settings.slabBytes(), rest / 16));
        long blocks = rest / slabBytes * (slabBytes / NORMAL.bytes());
        int reserve = settings.reserveBlocks() == Settings.EIGHTH
                ? (int) Math.min(Integer.MAX_VALUE - 1, Math.max(RESERVE_BLOCKS_MIN, blocks / 8))
                : settings.reserveBlocks();
        if (blocks <= reserve) slabBytes = NORMAL.bytes(); // no remainder of a slab is lost
        int slabs = (int) Math.min(Integer.MAX_VALUE, rest / slabBytes);
        return new MemoryPlan(
                budgetBytes,
                fixed,
                charges,
                slabBytes,
                slabs,
                reserve,
                settings.fairBy(),
                settings.debug(),
                settings.messageBytesMax(),
                settings.lendsSlabs() && settings.messageBytesMax() == 0);
    }

    /// The sum of the fixed lines, in bytes.
    public long fixedBytes() {
        return sum(fixed, List.of(), 0);
    }

    /// The sum of the charges, in bytes.
    public long chargedBytes() {
        return sum(charges, List.of(), 0);
    }

    /// What is charged for `purpose`, in bytes; zero when there is no such line.
    public long chargedBytes(String purpose) {
        return bytesOf(charges, purpose);
    }

    /// What those of `lines` take that are for `purpose`, in bytes.
    public static long bytesOf(List<Line> lines, String purpose) {
        long bytes = 0;
        for (Line line : lines) {
            if (line.purpose().equals(purpose)) bytes += line.bytes();
        }
        return bytes;
    }

    /// What the slabs take when all exist, in bytes.
    public long slabsBytes() {
        return (long) slabs * slabBytes;
    }

    /// What no slab fits into, or lies beyond the most slabs, in bytes.
    public long unusedBytes() {
        return budgetBytes - fixedBytes() - chargedBytes() - slabsBytes();
    }

    /// The most blocks of this class that can exist at once, when no other class holds a slab; may be zero.
    ///
    /// @param size the class
    public int blocksMax(BlockSize size) {
        return slabPlan().blocksMax(size);
    }

    /// The blocks that messages may use together while they are assembled and until they are released: half of
    /// those outside the reserve.
    public int assemblyBlocks() {
        return assemblyBlocks(blocksMax(NORMAL), reserveBlocks);
    }

    /// The blocks that the longest assembled message takes; zero when none is assembled.
    public int messageBlocksMax() {
        return blocksOf(messageBytesMax);
    }

    /// The part of it that slabs and reserve are.
    SlabPlan slabPlan() {
        return new SlabPlan(slabBytes, slabs, reserveBlocks);
    }

    /// The plan as aligned lines whose last column adds up to the budget.
    public String describe() {
        return PlanText.of(this);
    }

    private static int assemblyBlocks(long blocks, int reserveBlocks) {
        return (int) (blocks - reserveBlocks) / 2;
    }

    private static int blocksOf(int bytes) {
        return (int) (((long) bytes + NORMAL.bytes() - 1) / NORMAL.bytes());
    }

    private static String tooLong(int messageBytes, int shareBlocks, int reserveBlocks, long otherBytes) {
        long outside = 2L * MESSAGES_IN_SHARE * blocksOf(messageBytes);
        long reserve = Math.max(reserveBlocks, outside / 7 + 1); // an eighth of all
        // Why: what does not fill a slab is a sixteenth at most.
        long neededBytes = otherBytes + (outside + reserve) * NORMAL.bytes() / 15 * 16 + NORMAL.bytes();
        long fitsBytes = (long) (shareBlocks / MESSAGES_IN_SHARE) * NORMAL.bytes();
        return "a whole message of " + messageBytes + " bytes takes " + blocksOf(messageBytes)
                + " blocks, and the assembly share has " + shareBlocks + " blocks of " + NORMAL.bytes()
                + " bytes, half of those outside the reserve, where " + MESSAGES_IN_SHARE
                + " such messages must have room; give the budget " + neededBytes + " bytes or more"
                + (fitsBytes > 0 ? ", or assemble messages of " + fitsBytes + " bytes at most" : "");
    }

    private static void requireMessageBytes(int bytes) {
        if (bytes < 0) throw new IllegalArgumentException("a message of " + bytes + " bytes cannot be assembled");
        if (bytes > MESSAGE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a message of " + bytes + " bytes is not assembled, whatever the budget: " + MESSAGE_BYTES_MAX
                            + " bytes at most; let it stream");
        }
    }

    private static int wholeBlocks(long bytes) {
        return (int) Math.max(1, bytes / NORMAL.bytes()) * NORMAL.bytes();
    }

    private static long sum(List<Line> first, List<Line> second, long more) {
        long bytes = more;
        for (Line line : first) bytes = plus(bytes, line.bytes());
        for (Line line : second) bytes = plus(bytes, line.bytes());
        return bytes;
    }

    private static long plus(long left, long right) {
        return left > Long.MAX_VALUE - right ? Long.MAX_VALUE : left + right;
    }
}
