package dev.weir.memory;

import static dev.weir.memory.block.BlockSize.NORMAL;
import static dev.weir.memory.block.BlockSize.SMALL;
import static dev.weir.memory.block.Urgency.DRAIN;
import static dev.weir.memory.block.Urgency.HANDLE;
import static dev.weir.memory.block.Urgency.INTAKE;
import static dev.weir.memory.block.Urgency.OPTIONAL;
import static dev.weir.memory.block.Urgency.RESPONSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.memory.block.Account;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Store;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.HandOffCheck;
import dev.weir.memory.wait.ManualClock;
import dev.weir.memory.wait.ManualLoop;
import dev.weir.memory.wait.RecordingWaiter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves who is served, and that no block and no turn is lost, by stepping through each situation with
/// mailboxes run by hand. Every test ends with all blocks back and the budget closed.
class HandOffTest {
    private static final int LOOP_A = 0;
    private static final int LOOP_B = 1;

    private final ManualClock clock = new ManualClock();
    private final ManualLoop home = new ManualLoop();
    private final StringBuilder order = new StringBuilder();
    private MemoryBudget budget = MemoryBudget.open(Plans.oneBlockSlabs(4, 3), clock, 2);
    private final List<Buffer> held = new ArrayList<>();

    @AfterEach
    void everythingComesBack() {
        for (Buffer buffer : held) if (buffer.isHeld()) buffer.release();
        Audit.check(budget);
        assertThat(budget.owners()).isEmpty();
        budget.close();
    }

    @Test
    @DisplayName("H-05 a cancel at the very instant of the grant passes the buffer on to the next")
    void aCancelledWaiterPassesItsBufferOn() {
        Buffer only = hold(NORMAL, INTAKE);
        RecordingWaiter first = waiting("first", INTAKE);
        RecordingWaiter second = waiting("second", INTAKE);
        // Granted, and its delivery not yet in the mailbox: the narrowest moment there is.
        home.duringPost(() -> {
            home.duringPost(() -> {});
            assertThat(budget.pool().cancel(first)).isTrue();
            assertThat(first.isFree()).isFalse();
            assertThat(second.isWaiting()).isTrue();
            assertThat(home.deliveries())
                    .as("whoever cancels passes it on itself")
                    .isEqualTo(1);
        });

        only.release();

        assertThat(home.run()).isEqualTo(2);
        assertThat(order).hasToString("second ");
        assertThat(first.isFree()).isTrue();
        assertThat(budget.usage().passedOn()).isEqualTo(1);
        assertThat(budget.pool().cancel(second)).as("its buffer has arrived").isFalse();
        second.takeBuffer().release();
    }

    @Test
    @DisplayName(
            "H-05 a cancel while the delivery lies in the mailbox passes the buffer on, and the delivery does nothing")
    void aDeliveryAfterACancelDoesNothing() {
        Buffer only = hold(NORMAL, INTAKE);
        RecordingWaiter first = waiting("first", INTAKE);
        RecordingWaiter second = waiting("second", INTAKE);
        only.release();

        assertThat(budget.pool().cancel(first)).isTrue();
        assertThat(budget.pool().cancel(first)).isFalse();

        assertThatThrownBy(() -> budget.pool().acquire(first, NORMAL, INTAKE, LOOP_A, "again"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("TAKEN");
        home.run();
        assertThat(order).hasToString("second ");
        assertThat(first.isFree()).isTrue();
        second.takeBuffer().release();
    }

    @Test
    @DisplayName("H-06 a block released on loop A reaches a waiter of loop B")
    void aReleaseOnOneLoopServesAWaiterOfAnother() {
        Buffer ofA = hold(NORMAL, INTAKE);
        var waiter = new RecordingWaiter("b", home, order);
        assertThat(budget.pool().acquire(waiter, NORMAL, INTAKE, LOOP_B, "b")).isNull();

        ofA.release();

        home.run();
        Buffer granted = waiter.takeBuffer();
        assertThat(granted.owner()).isEqualTo("b");
        granted.release();
    }

    @Test
    @DisplayName("H-06 a block in the cache of loop A reaches an asker of loop B")
    void aBlockInAnotherLoopsCacheIsFound() {
        Buffer ofA = hold(NORMAL, INTAKE);
        ofA.release();
        assertThat(outBytes()).as("it lies in A's cache, not in the store").isEqualTo(NORMAL.bytes());
        var waiter = new RecordingWaiter("b", home, order);

        assertThat(keep(budget.pool().acquire(waiter, NORMAL, INTAKE, LOOP_B, "b")))
                .isNotNull();

        assertThat(waiter.isWaiting()).isFalse();
    }

    @Test
    @DisplayName("H-12 cancelled waiters leave the queue at once and nobody else loses a turn")
    void cancelledWaitersLeaveTheQueueAtOnce() {
        Buffer only = hold(NORMAL, INTAKE);
        RecordingWaiter[] waiters = new RecordingWaiter[5];
        for (int i = 0; i < 5; i++) waiters[i] = waiting("w" + i, INTAKE);
        clock.turn(2_000);

        assertThat(budget.pool().cancel(waiters[0])).isTrue();
        assertThat(budget.pool().cancel(waiters[2])).isTrue();
        assertThat(budget.pool().cancel(waiters[4])).isTrue();

        assertThat(budget.usage().waiters().intake()).isEqualTo(2);
        assertThat(budget.usage().gaveUp().total()).isEqualTo(3);
        assertThat(waiters[0].isFree()).as("reusable at once").isTrue();
        assertThat(waiters[0].waitedNanos()).isEqualTo(2_000);
        only.release();
        passAlong(waiters[1], waiters[3]);
        assertThat(order).hasToString("w1 w3 ");
        assertThat(home.deliveries()).isEqualTo(2);
    }

    @Test
    void waitersOfOneUrgencyAreServedInOrderOfArrival() {
        Buffer only = hold(NORMAL, INTAKE);
        RecordingWaiter[] waiters = new RecordingWaiter[6];
        for (int i = 0; i < 6; i++) waiters[i] = waiting("w" + i, INTAKE);

        only.release();

        passAlong(waiters);
        assertThat(order).hasToString("w0 w1 w2 w3 w4 w5 ");
    }

    @Test
    void theReleasedBlockItselfIsGranted() {
        reopen(Plans.slabs(4, 4, 3));
        Buffer[] all = new Buffer[16];
        for (int i = 0; i < 16; i++) all[i] = holdOfStore(i < 13 ? INTAKE : DRAIN);
        // Why: so that a block of the reserve lies free in a fuller slab, where a look into the store finds it first.
        for (int i : new int[] {0, 1, 13}) all[i].release();
        for (int i = 0; i < 2; i++) holdOfStore(INTAKE);
        all[14].release();
        all[12].bytes().putLong(0, 0x1234_5678_9abc_def0L);
        RecordingWaiter waiter = waiting("w", INTAKE);

        all[12].release();

        home.run();
        Buffer granted = waiter.takeBuffer();
        assertThat(granted.bytes().getLong(0)).isEqualTo(0x1234_5678_9abc_def0L);
        granted.release();
    }

    @Test
    void theReserveIsEnteredInSteps() {
        hold(NORMAL, INTAKE);
        assertThat(tryNormal(INTAKE)).isNull();
        assertThat(tryNormal(OPTIONAL)).isNull();
        hold(NORMAL, HANDLE);
        assertThat(tryNormal(HANDLE)).isNull();
        hold(NORMAL, RESPONSE);
        assertThat(tryNormal(RESPONSE)).isNull();
        hold(NORMAL, DRAIN);
        assertThat(tryNormal(DRAIN)).isNull();
    }

    @Test
    void theReserveFillsUpBeforeALessUrgentWaiterIsServed() {
        Buffer taken = hold(NORMAL, INTAKE);
        Buffer drained = hold(NORMAL, DRAIN);
        RecordingWaiter intake = waiting("intake", INTAKE);

        drained.release();
        assertThat(home.run()).as("that block belongs to the reserve").isZero();
        taken.release();

        home.run();
        intake.takeBuffer().release();
    }

    @Test
    void aMoreUrgentWaiterIsServedBeforeAnEarlierOne() {
        Buffer[] all = {hold(NORMAL, DRAIN), hold(NORMAL, DRAIN), hold(NORMAL, DRAIN), hold(NORMAL, DRAIN)};
        RecordingWaiter intake = waiting("intake", INTAKE);
        RecordingWaiter handle = waiting("handle", HANDLE);
        RecordingWaiter response = waiting("response", RESPONSE);
        RecordingWaiter drain = waiting("drain", DRAIN);

        for (Buffer buffer : all) buffer.release();

        home.run();
        assertThat(order).as("the others may not go as deep into the reserve").hasToString("drain response ");
        passAlong(drain, response, handle, intake);
        assertThat(order).hasToString("drain response handle intake ");
    }

    @Test
    void optionalWorkIsRefusedWhileAnybodyWaits() {
        reopen(Plans.oneBlockSlabs(12, 3));
        for (int i = 0; i < 8; i++) hold(NORMAL, INTAKE);
        Buffer small = hold(SMALL, INTAKE);
        RecordingWaiter waiter = waiting("w", INTAKE);
        assertThat(budget.pool().tryAcquire(SMALL, OPTIONAL, LOOP_A, "o")).isNull();

        budget.pool().cancel(waiter);

        assertThat(keep(budget.pool().tryAcquire(SMALL, OPTIONAL, LOOP_A, "o"))).isNotNull();
        assertThatThrownBy(() -> budget.pool().acquire(waiter, SMALL, OPTIONAL, LOOP_A, "o"))
                .isInstanceOf(IllegalArgumentException.class);
        small.release();
    }

    @Test
    void everyEighthGrantOutsideTheReserveGoesToTheOldestWaiter() {
        Buffer outside = hold(NORMAL, INTAKE);
        for (int i = 0; i < 3; i++) hold(NORMAL, DRAIN); // the reserve, which serves nobody else meanwhile
        RecordingWaiter[] waiters = new RecordingWaiter[22];
        for (int i = 0; i < 2; i++) waiters[i] = waiting("intake", INTAKE);
        for (int i = 2; i < 22; i++) waiters[i] = waiting("d", DRAIN);

        outside.release();
        while (home.run() > 0) {
            Audit.check(budget);
            for (RecordingWaiter waiter : waiters) {
                if (waiter.buffer != null) waiter.takeBuffer().release();
            }
        }

        String seven = "d ".repeat(7);
        assertThat(order).hasToString(seven + "intake " + seven + "intake " + "d ".repeat(6));
    }

    @Test
    void blocksOfTheReserveReturnToTheReserve() {
        Buffer outside = hold(NORMAL, INTAKE);
        Buffer lent = hold(NORMAL, HANDLE);
        RecordingWaiter intake = waiting("intake", INTAKE);
        RecordingWaiter handle = waiting("handle", HANDLE);

        lent.release();
        home.run();

        assertThat(order).hasToString("handle ");
        outside.release();
        home.run();
        handle.takeBuffer().release();
        intake.takeBuffer().release();
    }

    @Test
    void aGrantToAClosedLoopGoesToTheNextWaiter() {
        var closed = new ManualLoop();
        Buffer only = hold(NORMAL, INTAKE);
        var gone = new RecordingWaiter("gone", closed, order);
        assertThat(budget.pool().acquire(gone, NORMAL, INTAKE, LOOP_A, "gone")).isNull();
        RecordingWaiter next = waiting("next", INTAKE);
        closed.close();

        only.release();

        home.run();
        assertThat(order).hasToString("next ");
        assertThat(gone.isFree()).isTrue();
        assertThat(budget.usage().passedOn()).isEqualTo(1);
        next.takeBuffer().release();
    }

    @Test
    void aSlabServesAnotherSizeOnceItIsEmpty() {
        Buffer small = hold(SMALL, INTAKE);
        assertThat(tryNormal(INTAKE))
                .as("the block outside the reserve is cut into small ones")
                .isNull();
        RecordingWaiter waiter = waiting("w", INTAKE);

        small.release();

        home.run();
        Buffer granted = waiter.takeBuffer();
        assertThat(granted.size()).isEqualTo(NORMAL);
        granted.release();
        assertThat(keep(budget.pool().tryAcquire(SMALL, INTAKE, LOOP_B, "again")))
                .isNotNull();
    }

    @Test
    void smallBlocksTakeAtMostAQuarterOfTheSlabs() {
        reopen(Plans.oneBlockSlabs(12, 3));
        int smalls = 0;
        while (true) {
            Buffer small = keep(budget.pool().tryAcquire(SMALL, DRAIN, LOOP_A, "s"));
            if (small == null) break;
            smalls++;
        }
        assertThat(smalls).isEqualTo(3 * 8);
        hold(NORMAL, INTAKE);
    }

    @Test
    void aSizeThatNoSlabHoldsIsRefusedAtOnce() {
        var waiter = new RecordingWaiter("w", home, order);

        assertThatThrownBy(() -> budget.pool().acquire(waiter, BlockSize.LARGE, INTAKE, LOOP_A, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LARGE");
        assertThat(waiter.isFree()).isTrue();
    }

    @Test
    void theAgeOfTheOldestWaitIsReported() {
        Buffer only = hold(NORMAL, INTAKE);
        assertThat(budget.pool().oldestWaitNanos(clock.nanoTime())).isZero();
        RecordingWaiter waiter = waiting("w", INTAKE);
        clock.turn(70);
        waitingThenCancelled(HANDLE);
        clock.turn(5);

        assertThat(budget.pool().oldestWaitNanos(clock.nanoTime())).isEqualTo(75);
        assertThat(budget.usage().oldestWaitNanos()).isEqualTo(75);

        only.release();
        clock.turn(25);
        home.run();
        assertThat(waiter.waitedNanos()).isEqualTo(100);
        waiter.takeBuffer().release();
    }

    private void waitingThenCancelled(Urgency urgency) {
        Buffer first = hold(NORMAL, urgency);
        RecordingWaiter waiter = waiting("c", urgency);
        assertThat(budget.pool().cancel(waiter)).isTrue();
        first.release();
    }

    /// Lets each waiter in turn take its buffer and release it, which serves the next.
    private void passAlong(RecordingWaiter... waiters) {
        for (RecordingWaiter waiter : waiters) {
            home.run();
            assertThat(waiter.buffer).isNotNull();
            Audit.check(budget);
            waiter.takeBuffer().release();
        }
    }

    private record Named(long id, String label) implements Account {}

    @Test
    void anAccountThatWaitsTwiceInOneQueueIsFound() {
        hold(NORMAL, INTAKE);
        var noisy = new Named(7, "downstream a");
        RecordingWaiter first = waiting("first", INTAKE);
        first.setAccount(noisy);
        RecordingWaiter quiet = waiting("quiet", INTAKE);
        quiet.setAccount(new Named(8, "downstream a"));
        assertThat(budget.complaint()).isNull();

        RecordingWaiter second = waiting("second", INTAKE);
        second.setAccount(noisy);

        assertThat(budget.complaint())
                .isEqualTo("downstream a 7 waits twice for NORMAL blocks as INTAKE, the second" + " time for second");
        for (RecordingWaiter one : List.of(first, quiet, second)) budget.pool().cancel(one);
    }

    private RecordingWaiter waiting(String name, Urgency urgency) {
        var waiter = new RecordingWaiter(name, home, order);
        assertThat(budget.pool().acquire(waiter, NORMAL, urgency, LOOP_A, name)).isNull();
        assertThat(waiter.isWaiting()).isTrue();
        return waiter;
    }

    private @Nullable Buffer tryNormal(Urgency urgency) {
        return keep(budget.pool().tryAcquire(NORMAL, urgency, LOOP_A, "test"));
    }

    private Buffer holdOfStore(Urgency urgency) {
        return Plans.some(keep(budget.pool().tryAcquire(NORMAL, urgency, BufferPool.NO_LOOP, "test")));
    }

    private Buffer hold(BlockSize size, Urgency urgency) {
        return Plans.some(keep(budget.pool().tryAcquire(size, urgency, LOOP_A, "test")));
    }

    private @Nullable Buffer keep(@Nullable Buffer buffer) {
        if (buffer != null) held.add(buffer);
        return buffer;
    }

    private long outBytes() {
        return HandOffCheck.ofStore(budget.pool().handOff(), Store::outBytes);
    }

    private void reopen(MemoryPlan plan) {
        budget.close();
        budget = MemoryBudget.open(plan, clock, 2);
    }
}
