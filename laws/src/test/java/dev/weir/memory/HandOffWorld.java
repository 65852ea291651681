package dev.weir.memory;

import dev.weir.explorer.Explorer;
import dev.weir.explorer.Mutant;
import dev.weir.explorer.Scene;
import dev.weir.explorer.StepLoader;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where scenes of this package are made of classes whose steps are seen.
final class HandOffWorld {
    /// The product's own: pool, hand-off, waiters, caches, blocks, mailbox.
    private static final List<String> EXPLORED = List.of("dev.weir.memory.", "dev.weir.loop.Mailbox");

    private static final List<String> ALONGSIDE = List.of(
            "dev.weir.memory.HandOffScene",
            "dev.weir.memory.block.LoopCacheScene",
            "dev.weir.memory.wait.WatchedWaiter",
            "dev.weir.memory.FixedPart",
            "dev.weir.memory.MemoryBudget",
            "dev.weir.memory.MemoryPlan",
            "dev.weir.memory.PoolAudit",
            "dev.weir.memory.wait.WaitAudit",
            "dev.weir.memory.Usage",
            "dev.weir.loop.SteppedLoop");

    /// The slot of a cache that was used last, a hint that anybody may overwrite.
    private static final Set<String> RACY_FIELDS = Set.of("hot");

    private final StepLoader loader;

    HandOffWorld(@Nullable Mutant mutant) {
        loader = new StepLoader(EXPLORED, ALONGSIDE, mutant);
    }

    static Explorer explorer() {
        return Explorer.of(RACY_FIELDS);
    }

    Supplier<Scene> scenes(String text) {
        return loader.scenes("dev.weir.memory.HandOffScene", text);
    }

    Supplier<Scene> cacheScenes(String text) {
        return loader.scenes("dev.weir.memory.block.LoopCacheScene", text);
    }
}
