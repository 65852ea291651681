package dev.weir.testing;

import dev.weir.connection.ChargeRequest;
import dev.weir.loop.EventLoop;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.MemoryDebug;
import dev.weir.memory.wait.FairBy;
import java.util.ArrayList;
import java.util.List;

/// The size of the loops of a test; small, so that limits are reached.
///
/// **Threads:** immutable.
///
/// @param loops how many, at least 1
/// @param blocks normal blocks in the budget, at least 4
/// @param pipeBytes the capacity of one direction of an in-memory connection, at least 1
/// @param charges charges for objects on the heap, beside the blocks
/// @param fairBy the order in which waiters for a block are served
/// @param debug checks for wrong use of buffers, and which requests are refused
/// @param messageBytesMax the longest assembled message in bytes; zero for none
public record Shape(
        int loops,
        int blocks,
        int pipeBytes,
        List<MemoryPlan.Line> charges,
        FairBy fairBy,
        MemoryDebug debug,
        int messageBytesMax) {
    /// The number of connections with their exchanges that is charged beside the charges of a test.
    public static final int CONNECTIONS_MAX = 20_000;

    /// One loop, 64 blocks, pipes of 64 KiB, no messages assembled.
    public static final Shape SMALL = new Shape(1, 64, 64 * 1024, List.of(), FairBy.ARRIVAL, MemoryDebug.OFF, 0);

    /// The same with another number of loops.
    public Shape withLoops(int count) {
        return new Shape(count, blocks, pipeBytes, charges, fairBy, debug, messageBytesMax);
    }

    /// The same with another budget.
    public Shape withBlocks(int count) {
        return new Shape(loops, count, pipeBytes, charges, fairBy, debug, messageBytesMax);
    }

    /// The same with other pipes.
    public Shape withPipeBytes(int bytes) {
        return new Shape(loops, blocks, bytes, charges, fairBy, debug, messageBytesMax);
    }

    /// The same with one more charge; the budget grows by it.
    public Shape withCharge(MemoryPlan.Line charge) {
        var more = new ArrayList<>(charges);
        more.add(charge);
        return new Shape(loops, blocks, pipeBytes, List.copyOf(more), fairBy, debug, messageBytesMax);
    }

    /// The same with another order of waiters for a block.
    public Shape withFairBy(FairBy newFairBy) {
        return new Shape(loops, blocks, pipeBytes, charges, newFairBy, debug, messageBytesMax);
    }

    /// The same with memory debugging.
    public Shape withDebug(MemoryDebug newDebug) {
        return new Shape(loops, blocks, pipeBytes, charges, fairBy, newDebug, messageBytesMax);
    }

    /// The same with room for messages that must be whole.
    public Shape withWholeMessages(int bytesMax) {
        return new Shape(loops, blocks, pipeBytes, charges, fairBy, debug, bytesMax);
    }

    /// Scratch blocks for each loop, connections, and slabs of one block each.
    MemoryPlan plan() {
        var all = new ArrayList<>(ChargeRequest.shared(CONNECTIONS_MAX, loops));
        all.addAll(charges);
        var fixed = EventLoop.fixedLines(loops);
        int normal = BlockSize.NORMAL.bytes();
        long budgetBytes = EventLoop.fixedBytes(loops)
                + (long) blocks * normal
                + all.stream().mapToLong(MemoryPlan.Line::bytes).sum();
        var settings = MemoryPlan.Settings.DEFAULT
                .withSlabBytes(normal)
                .withFairBy(fairBy)
                .withDebug(debug)
                .withWholeMessages(messageBytesMax);
        return MemoryPlan.of(budgetBytes, fixed, all, settings);
    }
}
