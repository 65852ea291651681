package dev.weir.memory;

import static dev.weir.memory.block.BlockSize.NORMAL;
import static dev.weir.memory.block.BlockSize.SMALL;
import static dev.weir.memory.block.Urgency.INTAKE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.block.Account;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.wait.ManualClock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Proves that each block can be told by what it is for, on whose account, and since when.
class HoldingsTest {
    private final ManualClock clock = new ManualClock();
    private final MemoryBudget budget = MemoryBudget.open(Plans.usual(8 << 20), clock, 1);

    private record Named(long id, String label) implements Account {}

    private static final Account FIRST = new Named(1, "downstream a");
    private static final Account SECOND = new Named(2, "upstream b");

    @AfterEach
    void everythingComesBack() {
        assertThat(budget.holdings(1).all().blocks()).isZero();
        assertThat(budget.owners()).isEmpty();
        budget.close();
    }

    private Buffer acquire(BlockSize size, String purpose) {
        return Plans.some(budget.pool().tryAcquire(size, INTAKE, 0, purpose));
    }

    private Holdings.ByPurpose purpose(String name) {
        return budget.holdings(9).purposes().stream()
                .filter(one -> one.purpose().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void blocksAreReportedByPurposeAccountAndAge() {
        Buffer head = acquire(NORMAL, "head");
        head.setAccount(FIRST, clock.nanoTime());
        clock.turn(500);
        Buffer rest = acquire(SMALL, "rest");
        rest.setAccount(FIRST, clock.nanoTime());
        Buffer body = acquire(NORMAL, "body");
        body.setAccount(SECOND, clock.nanoTime());
        Buffer nobodys = acquire(SMALL, "log");
        clock.turn(100);

        Holdings now = budget.holdings(9);

        assertThat(now.purposes())
                .containsExactly(
                        new Holdings.ByPurpose("body", new Holdings.Held(1, NORMAL.bytes(), 100)),
                        new Holdings.ByPurpose("head", new Holdings.Held(1, NORMAL.bytes(), 600)),
                        new Holdings.ByPurpose("log", new Holdings.Held(1, SMALL.bytes(), Holdings.AGE_UNKNOWN)),
                        new Holdings.ByPurpose("rest", new Holdings.Held(1, SMALL.bytes(), 100)));
        assertThat(now.accounts())
                .containsExactly(
                        new Holdings.ByAccount(
                                FIRST,
                                new Holdings.Held(2, NORMAL.bytes() + SMALL.bytes(), 600),
                                List.of("head", "rest")),
                        new Holdings.ByAccount(SECOND, new Holdings.Held(1, NORMAL.bytes(), 100), List.of("body")));
        assertThat(now.all()).isEqualTo(new Holdings.Held(4, 2L * NORMAL.bytes() + 2L * SMALL.bytes(), 600));
        assertThat(now.all().bytes()).isEqualTo(budget.usage().usedBytes());
        assertThat(budget.holdings(1).accounts()).hasSize(1);
        for (Buffer one : List.of(head, rest, body, nobodys)) one.release();
    }

    @Test
    void aMovedBlockKeepsItsAccountAndAgeAndAReleasedOneHasNone() {
        Buffer first = acquire(NORMAL, "read");
        first.setAccount(FIRST, clock.nanoTime());
        clock.turn(7);

        Buffer second = first.move("write");

        assertThat(purpose("write").held().ageNanos()).isEqualTo(7);
        assertThat(budget.holdings(9).accounts().getFirst().account()).isSameAs(FIRST);
        assertThat(first.account()).as("a dead handle keeps no connection").isNull();
        second.release();
        assertThat(second.account()).isNull();
        Buffer next = acquire(NORMAL, "read");
        assertThat(budget.holdings(9).accounts()).isEmpty();
        assertThat(purpose("read").held().ageNanos()).isEqualTo(Holdings.AGE_UNKNOWN);
        next.release();
    }

    @Test
    void movingToASmallBlockKeepsAccountAndAge() {
        Buffer normal = acquire(NORMAL, "read");
        normal.setAccount(FIRST, clock.nanoTime());
        clock.turn(9);
        normal.bytes().limit(10);

        Buffer small = Plans.some(normal.shrinkToSmallBlock(INTAKE));

        assertThat(budget.holdings(9).accounts())
                .containsExactly(
                        new Holdings.ByAccount(FIRST, new Holdings.Held(1, SMALL.bytes(), 9), List.of("read")));
        small.release();
    }

    @Test
    void thePurposeOfAHeldBlockMayChange() {
        Buffer block = acquire(NORMAL, "head");
        block.setPurpose("body");

        assertThat(purpose("body").held().blocks()).isEqualTo(1);
        assertThat(block.owner()).isEqualTo("body");
        block.release();
    }
}
