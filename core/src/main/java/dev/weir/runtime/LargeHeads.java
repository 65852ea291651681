package dev.weir.runtime;

import dev.weir.loop.EventLoop;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.block.BlockSize;
import java.util.List;

/// How many heads may be read at once that no normal block holds. Each has a block of 68 KiB of the fixed part
/// of the plan, for as long as it is needed; a request that finds none waits, addresses taking turns.
///
/// **Threads:** immutable.
/// **Source:** ADR 32.
///
/// @param requests heads of requests, received by servers
/// @param answers heads of answers, received from origins
public record LargeHeads(int requests, int answers) {
    /// No head is longer than a normal block holds.
    public static final LargeHeads NONE = new LargeHeads(0, 0);

    /// The purpose of the blocks for heads of requests.
    public static final String REQUESTS = "large heads of requests";

    /// The purpose of the blocks for heads of answers.
    public static final String ANSWERS = "large heads of answers";

    /// Refuses negative numbers.
    public LargeHeads {
        if (requests < 0 || answers < 0) {
            throw new IllegalArgumentException(
                    "there are no fewer than 0 large heads, was " + requests + " and " + answers);
        }
    }

    /// The lines of the fixed part of a plan for so many, and for what they are rewritten in.
    List<MemoryPlan.Line> lines(int loops) {
        if (requests == 0 && answers == 0) return List.of();
        return List.of(
                MemoryPlan.Line.kept(REQUESTS, requests),
                MemoryPlan.Line.kept(ANSWERS, answers),
                new MemoryPlan.Line(EventLoop.LARGE_SCRATCH, loops, BlockSize.LARGE.bytes()));
    }
}
