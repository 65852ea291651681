package dev.weir.memory.block;

import static dev.weir.memory.block.BlockSize.NORMAL;
import static dev.weir.memory.block.BlockSize.SMALL;
import static dev.weir.memory.block.Urgency.INTAKE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.memory.Audit;
import dev.weir.memory.MemoryBudget;
import dev.weir.memory.Plans;
import dev.weir.memory.Usage;
import dev.weir.memory.wait.ManualClock;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that a buffer has one owner, by using handles after their end in every way.
class BufferTest {
    private final MemoryBudget budget = MemoryBudget.open(Plans.slabs(4, 8, 3), new ManualClock(), 1);

    @AfterEach
    void everythingComesBack() {
        Audit.check(budget);
        budget.close();
    }

    @Test
    @DisplayName("a second release is an exception that names who released and who holds the block now")
    void aSecondReleaseNamesBothPlaces() {
        Buffer first = acquire("reader of connection 7");
        first.release();

        assertThatThrownBy(first::release)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("reader of connection 7")
                .hasMessageContaining("free now");
        Buffer second = acquire("reader of connection 8");
        assertThatThrownBy(first::release)
                .hasMessageContaining("reader of connection 7")
                .hasMessageContaining("held by 'reader of connection 8' now");
        assertThat(second.isHeld()).as("the wrong release did no harm").isTrue();
        second.release();
    }

    @Test
    void useAfterMoveNamesTheNewOwner() {
        Buffer first = acquire("codec");
        first.bytes().putInt(42).flip();

        Buffer second = first.move("writer");

        assertThat(second.bytes().getInt()).isEqualTo(42);
        assertThat(second.owner()).isEqualTo("writer");
        assertThatThrownBy(first::bytes).hasMessageContaining("'codec'").hasMessageContaining("'writer'");
        assertThatThrownBy(() -> first.move("x")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(first::release).isInstanceOf(IllegalStateException.class);
        assertThat(budget.owners()).containsExactly(new Usage.Held("writer", NORMAL.bytes()));
        second.release();
    }

    @Test
    void aDeadHandleIsDetectedForTheDocumentedNumberOfLeases() {
        for (BlockSize size : new BlockSize[] {SMALL, NORMAL}) {
            Buffer dead = Plans.some(budget.pool().tryAcquire(size, INTAKE, 0, "dead"));
            dead.release();
            int promised = size == SMALL ? Buffer.SMALL_HANDLES - 1 : Buffer.HANDLES - 1;
            for (int lease = 0; lease < promised; lease++) {
                Buffer next = Plans.some(budget.pool().tryAcquire(size, INTAKE, 0, "next"));
                assertThatThrownBy(dead::release).hasMessageContaining("'next'");
                next.release();
            }
        }
    }

    @Test
    void aSmallRemainderMovesToASmallBlock() {
        Buffer whole = acquire("reader");
        whole.bytes().putInt(1).putInt(2).putInt(3).flip().position(4);

        Buffer rest = Plans.some(whole.shrinkToSmallBlock(INTAKE));

        assertThat(whole.isHeld()).isFalse();
        assertThat(rest.size()).isEqualTo(SMALL);
        assertThat(rest.capacity()).isEqualTo(2048);
        assertThat(rest.bytes().remaining()).isEqualTo(8);
        assertThat(rest.bytes().getInt()).isEqualTo(2);
        assertThat(rest.shrinkToSmallBlock(INTAKE)).isNull();
        rest.release();
    }

    @Test
    void aLargeRemainderStaysInItsBlock() {
        Buffer whole = acquire("reader");
        whole.bytes().limit(2049);

        assertThat(whole.shrinkToSmallBlock(INTAKE)).isNull();

        assertThat(whole.bytes().remaining()).isEqualTo(2049);
        whole.release();
    }

    @Test
    void aNewLeaseStartsEmptyAndBigEndian() {
        Buffer first = acquire("a");
        first.bytes().order(ByteOrder.LITTLE_ENDIAN).position(77).limit(99);
        first.release();

        Buffer second = acquire("b");

        assertThat(second.bytes().isDirect()).isTrue();
        assertThat(second.bytes().position()).isZero();
        assertThat(second.bytes().limit()).isEqualTo(17 * 1024);
        assertThat(second.bytes().order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        second.release();
    }

    private Buffer acquire(String owner) {
        return Plans.some(budget.pool().tryAcquire(NORMAL, INTAKE, 0, owner));
    }
}
