package dev.weir.memory;

import static dev.weir.memory.block.BlockSize.NORMAL;
import static dev.weir.memory.block.BlockSize.SMALL;
import static dev.weir.memory.block.Urgency.INTAKE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.MemoryDebug;
import dev.weir.memory.wait.ManualClock;
import dev.weir.memory.wait.ManualLoop;
import dev.weir.memory.wait.RecordingWaiter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Proves what each way of debugging finds, by using buffers wrongly on purpose.
class MemoryDebugTest {
    private static final int TRIES = 10_000;

    private final ManualLoop home = new ManualLoop();
    private @Nullable MemoryBudget open;

    @AfterEach
    void everythingComesBack() {
        Audit.check(budget());
        budget().close();
    }

    @Test
    void aBlockThatCameBackIsPoison() {
        open(MemoryDebug.OFF.withPoison());
        Buffer first = acquire("first");
        ByteBuffer kept = first.bytes().putLong(0, 42).limit(8);

        first.release();

        kept.clear();
        assertThat(kept.get(0)).isEqualTo((byte) 0xDE);
        assertThat(kept.get(NORMAL.bytes() - 1)).isEqualTo((byte) 0xDE);
    }

    @Test
    void aWriteAfterReleaseIsFoundAtTheNextLease() {
        open(MemoryDebug.OFF.withPoison().withPlaces());
        Buffer first = acquire("writer");
        ByteBuffer kept = first.bytes();
        releaseHere(first);
        kept.put(4711, (byte) 7);

        assertThatThrownBy(() -> acquire("reader"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("at byte 4711")
                .hasMessageContaining("'writer'")
                .hasMessageContaining("'reader'")
                .hasMessageContaining("MemoryDebugTest.releaseHere")
                .hasMessageContaining("MemoryDebugTest.acquire");

        acquire("the block is whole again").release();
    }

    @Test
    void aWriteBetweenAGrantAndItsDeliveryIsFound() {
        open(MemoryDebug.OFF.withPoison());
        Buffer only = acquire("writer");
        ByteBuffer kept = only.bytes();
        var waiter = new RecordingWaiter("w", home, new StringBuilder());
        assertThat(budget().pool().acquire(waiter, NORMAL, INTAKE, 0, "waiter")).isNull();
        only.release();
        kept.put(0, (byte) 1);

        assertThatThrownBy(home::run).hasMessageContaining("'writer'").hasMessageContaining("'waiter'");

        assertThat(waiter.buffer).isNull();
    }

    @Test
    void poisonOutlivesAChangeOfSize() {
        open(MemoryDebug.OFF.withPoison());
        Buffer small = Plans.some(budget().pool().tryAcquire(SMALL, INTAKE, BufferPool.NO_LOOP, "small"));
        small.bytes().putLong(0, 1);
        small.release();

        Buffer normal = acquire("normal");
        normal.bytes().putLong(0, 1).putLong(NORMAL.bytes() - Long.BYTES, 1);
        normal.release();

        Plans.some(budget().pool().tryAcquire(SMALL, INTAKE, BufferPool.NO_LOOP, "again"))
                .release();
    }

    @Test
    void aSecondReleaseNamesThePlaceOfTheFirst() {
        open(MemoryDebug.OFF.withPlaces());
        Buffer first = acquire("first");
        releaseHere(first);

        assertThatThrownBy(first::release)
                .hasMessageContaining("acquired at")
                .hasMessageContaining("MemoryDebugTest.acquire")
                .hasMessageContaining("ended at")
                .hasMessageContaining("MemoryDebugTest.releaseHere");
    }

    @Test
    void leakedBuffersAreNamedWithTheirPlace() {
        open(MemoryDebug.OFF.withPlaces());
        Buffer kept = acquire("forgetful");
        var waiter = new RecordingWaiter("w", home, new StringBuilder());
        assertThat(budget().pool().acquire(waiter, NORMAL, INTAKE, 0, "waiter")).isNull();

        assertThatThrownBy(budget()::close)
                .hasMessageContaining("17408 bytes of 'forgetful'")
                .hasMessageContaining("MemoryDebugTest.acquire");

        kept.release();
        home.run();
        assertThat(budget().leaks())
                .singleElement()
                .asString()
                .contains("a grant to " + RecordingWaiter.class.getName());
        waiter.takeBuffer().release();
        assertThat(budget().leaks()).isEmpty();
    }

    @Test
    void coldFirstLendsTheLeastRecentlyUsedBlock() {
        budgetOf(MemoryDebug.OFF.withColdFirst(), 2, 4);
        List<ByteBuffer> lent = new ArrayList<>();
        for (int lease = 0; lease < 5; lease++) {
            Buffer buffer = acquire("one after the other");
            lent.add(buffer.bytes());
            buffer.release();
        }
        Buffer held = acquire("holder");
        for (int lease = 0; lease < 6; lease++) {
            Buffer buffer = acquire("while another is held");
            lent.add(buffer.bytes());
            buffer.release();
        }
        held.release();

        assertThat(lent.get(6)).isNotSameAs(lent.get(5));
        assertThat(lent.get(7)).isNotSameAs(lent.get(6)).isNotSameAs(lent.get(5));
        assertThat(lent.get(8)).as("three others lay longer").isSameAs(lent.get(5));
    }

    @Test
    void byDefaultTheMostRecentlyUsedBlockIsLentFirst() {
        budgetOf(MemoryDebug.OFF, 2, 4);
        Buffer held = acquire("holder");
        Buffer first = acquire("first");
        ByteBuffer bytes = first.bytes();
        first.release();
        Buffer second = acquire("second");

        assertThat(second.bytes()).isSameAs(bytes);
        second.release();
        held.release();
    }

    @Test
    void theGivenShareIsRefusedAndTheSameForASeed() {
        open(MemoryDebug.OFF.withRefusals(100, 7));
        List<Boolean> first = refusals();
        assertThat(budget().pool().refusals()).isBetween(TRIES / 10 - 150L, TRIES / 10 + 150L);
        assertThat(first.stream().filter(refused -> refused).count())
                .isEqualTo(budget().pool().refusals());
        budget().close();

        open(MemoryDebug.OFF.withRefusals(100, 7));
        assertThat(refusals()).isEqualTo(first);
        budget().close();

        open(MemoryDebug.OFF.withRefusals(100, 8));
        assertThat(refusals()).isNotEqualTo(first);
    }

    @Test
    void aRefusedWaiterWaitsAndIsGrantedAtOnce() {
        open(MemoryDebug.OFF.withRefusals(1000, 1));
        var waiter = new RecordingWaiter("w", home, new StringBuilder());

        assertThat(budget().pool().acquire(waiter, NORMAL, INTAKE, 0, "waiter")).isNull();

        assertThat(budget().usage().grants()).isEqualTo(1);
        home.run();
        waiter.takeBuffer().release();
    }

    @Test
    void thePlanSaysThatDebuggingIsOn() {
        open(MemoryDebug.OFF);
        var settings = MemoryPlan.Settings.DEFAULT;
        var all = MemoryDebug.OFF.withPoison().withPlaces().withColdFirst().withRefusals(3, 9);

        assertThat(MemoryPlan.of(1 << 20, List.of(), List.of(), settings).describe())
                .doesNotContain("Debugging");
        assertThat(MemoryPlan.of(1 << 20, List.of(), List.of(), settings.withDebug(all))
                        .describe())
                .contains("Debugging: poison, places, cold first, 3 of 1000 refused with seed 9.");
        assertThatThrownBy(() -> MemoryDebug.OFF.withRefusals(1001, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private List<Boolean> refusals() {
        List<Boolean> refused = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            Buffer buffer = budget().pool().tryAcquire(NORMAL, INTAKE, 0, "asker");
            refused.add(buffer == null);
            if (buffer != null) buffer.release();
        }
        return refused;
    }

    private static void releaseHere(Buffer buffer) {
        buffer.release();
    }

    private Buffer acquire(String owner) {
        return Plans.some(budget().pool().tryAcquire(NORMAL, INTAKE, 0, owner));
    }

    /// One block outside the reserve.
    private void open(MemoryDebug debug) {
        budgetOf(debug, 4, 1);
    }

    private void budgetOf(MemoryDebug debug, int slabs, int blocksPerSlab) {
        MemoryPlan plan = Plans.slabs(slabs, blocksPerSlab, 3, debug);
        open = MemoryBudget.open(plan, new ManualClock(), 1);
    }

    private MemoryBudget budget() {
        return Objects.requireNonNull(open);
    }
}
