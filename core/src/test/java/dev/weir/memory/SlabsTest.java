package dev.weir.memory;

import static dev.weir.memory.block.BlockSize.LARGE;
import static dev.weir.memory.block.BlockSize.NORMAL;
import static dev.weir.memory.block.BlockSize.SMALL;
import static dev.weir.memory.block.Urgency.DRAIN;
import static dev.weir.memory.block.Urgency.INTAKE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Store;
import dev.weir.memory.block.StoreCheck;
import dev.weir.memory.wait.HandOffCheck;
import dev.weir.memory.wait.ManualClock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that memory goes back where others can have it, by taking all there is of one size after the
/// other.
class SlabsTest {
    private static final int SLABS = 16;
    private static final int BLOCKS_PER_SLAB = 8;
    private static final int RESERVE = 16;

    private final MemoryBudget budget =
            MemoryBudget.open(Plans.slabs(SLABS, BLOCKS_PER_SLAB, RESERVE), new ManualClock(), 2);

    @AfterEach
    void everythingComesBack() {
        Audit.check(budget);
        budget.close();
    }

    @Test
    @DisplayName("W-08 after a rush of one size every slab is there for any other, and the peak was within the budget")
    void slabsUsedByOneSizeServeTheOthersAgain() {
        for (BlockSize size : new BlockSize[] {NORMAL, SMALL, LARGE, NORMAL, LARGE, SMALL}) {
            List<Buffer> all = all(size, 0);
            assertThat(all).hasSize(most(size));
            for (Buffer buffer : all) buffer.release();
            assertThat(budget.usage().usedBytes()).isZero();
        }
        assertThat(budget.usage().peakBytes()).isLessThanOrEqualTo(budget.plan().budgetBytes());
    }

    @Test
    @DisplayName("W-08 after a huge answer a loop keeps no more blocks than it has slots, and others reach those")
    void anIdleLoopKeepsAHandfulOfBlocks() {
        for (Buffer buffer : all(NORMAL, 0)) buffer.release();

        assertThat(outBytes()).isLessThanOrEqualTo(4L * NORMAL.bytes());

        List<Buffer> all = all(NORMAL, 1);
        assertThat(all).as("what lies in the other loop's cache, too").hasSize(most(NORMAL));
        for (Buffer buffer : all) buffer.release();
    }

    @Test
    void smallAndLargeBlocksTakeAQuarterOfTheSlabsEach() {
        assertThat(budget.plan().blocksMax(LARGE)).isEqualTo(SLABS / 4 * (BLOCKS_PER_SLAB / 4));
        List<Buffer> large = all(LARGE, 0);
        List<Buffer> small = all(SMALL, 0);
        List<Buffer> normal = all(NORMAL, 0);

        assertThat(large).hasSize(budget.plan().blocksMax(LARGE));
        assertThat(small).hasSize(budget.plan().blocksMax(SMALL));
        assertThat(normal).hasSize(SLABS / 2 * BLOCKS_PER_SLAB);
        for (List<Buffer> each : List.of(large, small, normal)) each.forEach(Buffer::release);
    }

    @Test
    void theFullestSlabIsUsedFirst() {
        List<Buffer> twoSlabs = new ArrayList<>();
        for (int i = 0; i < 2 * BLOCKS_PER_SLAB; i++) twoSlabs.add(take(NORMAL));
        // One block is left of the first slab, and all but one of the second.
        for (int i = 0; i < BLOCKS_PER_SLAB - 1; i++) twoSlabs.get(i).release();
        Buffer lonely = twoSlabs.get(BLOCKS_PER_SLAB - 1);
        twoSlabs.get(BLOCKS_PER_SLAB).release();

        Buffer next = take(NORMAL);
        assertThat(slabsServing(NORMAL)).isEqualTo(2);
        lonely.release();

        assertThat(slabsServing(NORMAL)).as("the first slab is empty").isEqualTo(1);
        next.release();
        for (int i = BLOCKS_PER_SLAB + 1; i < twoSlabs.size(); i++) {
            twoSlabs.get(i).release();
        }
        assertThat(slabsServing(NORMAL)).isZero();
    }

    @Test
    void closeFreesTheArenaWithoutGarbageCollection() {
        var closed = MemoryBudget.open(Plans.slabs(SLABS, BLOCKS_PER_SLAB, RESERVE), new ManualClock(), 1);
        Buffer buffer = Plans.some(closed.pool().tryAcquire(NORMAL, INTAKE, 0, "test"));
        ByteBuffer bytes = buffer.bytes();
        buffer.release();

        closed.close();

        assertThatThrownBy(() -> bytes.get(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    /// The most of a size that can be had: the reserve serves normal blocks only.
    private int most(BlockSize size) {
        return size == NORMAL ? SLABS * BLOCKS_PER_SLAB : budget.plan().blocksMax(size);
    }

    private List<Buffer> all(BlockSize size, int loop) {
        List<Buffer> all = new ArrayList<>();
        for (Buffer next = budget.pool().tryAcquire(size, DRAIN, loop, "test");
                next != null;
                next = budget.pool().tryAcquire(size, DRAIN, loop, "test")) {
            all.add(next);
        }
        return all;
    }

    private Buffer take(BlockSize size) {
        return Plans.some(budget.pool().tryAcquire(size, INTAKE, BufferPool.NO_LOOP, "test"));
    }

    private int slabsServing(BlockSize size) {
        return (int) HandOffCheck.ofStore(budget.pool().handOff(), store -> StoreCheck.slabsServing(store, size));
    }

    private long outBytes() {
        return HandOffCheck.ofStore(budget.pool().handOff(), Store::outBytes);
    }
}
