package dev.weir.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.MemoryPlan.Settings;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.MemoryDebug;
import dev.weir.memory.wait.FairBy;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Small plans for tests.
public final class Plans {
    private Plans() {}

    /// Slabs of one normal block each.
    public static MemoryPlan oneBlockSlabs(int blocks, int reserve) {
        return slabs(blocks, 1, reserve);
    }

    public static MemoryPlan slabs(int slabs, int blocksPerSlab, int reserve) {
        return slabs(slabs, blocksPerSlab, reserve, MemoryDebug.OFF);
    }

    public static MemoryPlan slabs(int slabs, int blocksPerSlab, int reserve, MemoryDebug debug) {
        return slabs(slabs, blocksPerSlab, reserve, FairBy.ARRIVAL, debug);
    }

    public static MemoryPlan slabs(int slabs, int blocksPerSlab, int reserve, FairBy fairBy, MemoryDebug debug) {
        int slabBytes = blocksPerSlab * BlockSize.NORMAL.bytes();
        return new MemoryPlan(
                (long) slabs * slabBytes, List.of(), List.of(), slabBytes, slabs, reserve, fairBy, debug, 0, true);
    }

    /// What must be there.
    public static Buffer some(@Nullable Buffer buffer) {
        assertThat(buffer).isNotNull();
        return Objects.requireNonNull(buffer);
    }

    public static MemoryPlan usual(long budgetBytes) {
        return MemoryPlan.of(budgetBytes, List.of(), List.of(), Settings.DEFAULT);
    }
}
