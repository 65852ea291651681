package dev.weir.memory;

import static dev.weir.memory.block.BlockSize.NORMAL;
import static dev.weir.memory.block.Urgency.INTAKE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.block.Buffer;
import dev.weir.memory.wait.ManualClock;
import dev.weir.memory.wait.ManualLoop;
import dev.weir.memory.wait.RecordingWaiter;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that a shortage costs waiting and nothing else, by ten times more askers than blocks who each
/// want a hundred turns, on two loops whose mailboxes are run by hand.
class ShortageTest {
    private static final int BLOCKS = 6;
    private static final int ASKERS = 60;
    private static final int TURNS = 100;

    @Test
    @DisplayName(
            "H-10 I-12 under a tenfold shortage a success costs less than 1.2 deliveries, and everybody gets as many turns")
    void aSuccessCostsOneDelivery() {
        try (var budget = MemoryBudget.open(Plans.oneBlockSlabs(BLOCKS + 3, 3), new ManualClock(), 2)) {
            ManualLoop[] homes = {new ManualLoop(), new ManualLoop()};
            var order = new StringBuilder();
            var working = new ArrayDeque<RecordingWaiter>();
            var waiters = new RecordingWaiter[ASKERS];
            for (int i = 0; i < ASKERS; i++) waiters[i] = new RecordingWaiter("w" + i, homes[i % 2], order);
            int[] turns = new int[ASKERS];
            int successes = 0;
            int ahead = 0;

            for (int i = 0; i < ASKERS; i++) ask(budget, waiters[i], i % 2, working);
            while (!working.isEmpty()) {
                RecordingWaiter done = working.remove();
                int i = Arrays.asList(waiters).indexOf(done);
                done.takeBuffer().release();
                successes++;
                turns[i]++;
                // Why: at the end all have had theirs, whatever the order; nobody may be ahead on the way either.
                ahead = Math.max(ahead, turns[i] - Arrays.stream(turns).min().orElseThrow());
                if (turns[i] < TURNS) ask(budget, done, i % 2, working);
                homes[0].run();
                homes[1].run();
                for (RecordingWaiter waiter : waiters) {
                    if (waiter.buffer != null && !working.contains(waiter)) working.add(waiter);
                }
                Audit.check(budget);
            }

            assertThat(successes).isEqualTo(ASKERS * TURNS);
            assertThat(turns).containsOnly(TURNS);
            assertThat(ahead).as("turns one was ahead of another").isLessThanOrEqualTo(2);
            assertThat((double) (homes[0].deliveries() + homes[1].deliveries()) / successes)
                    .as("deliveries per success")
                    .isLessThan(1.2);
        }
    }

    @Test
    @DisplayName("a budget of the reserve and one block serves five hundred askers one after the other")
    void theReserveAndOneBlockServeEverybody() {
        try (var budget = MemoryBudget.open(Plans.oneBlockSlabs(4, 3), new ManualClock(), 2)) {
            var home = new ManualLoop();
            var order = new StringBuilder();
            var working = new ArrayDeque<RecordingWaiter>();
            var waiters = new RecordingWaiter[500];
            for (int i = 0; i < 500; i++) {
                waiters[i] = new RecordingWaiter("w", home, order);
                ask(budget, waiters[i], i % 2, working);
            }

            for (RecordingWaiter waiter : waiters) {
                assertThat(waiter.buffer).as("served in order").isNotNull();
                waiter.takeBuffer().release();
                home.run();
            }
            Audit.check(budget);
        }
    }

    private static void ask(
            MemoryBudget budget, RecordingWaiter waiter, int loop, ArrayDeque<RecordingWaiter> working) {
        Buffer atOnce = budget.pool().acquire(waiter, NORMAL, INTAKE, loop, "asker");
        if (atOnce == null) return;
        waiter.buffer = atOnce;
        working.add(waiter);
    }
}
