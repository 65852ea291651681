package dev.weir.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that the explorer misses nothing: for small programs made by chance it finds every end that playing all
/// orders finds, with fewer schedules; and that it sees deadlocks and races.
@Timeout(60)
final class ExplorerTest {
    private static final int PROGRAMS = 80;
    private static final Explorer EXPLORER = Explorer.of(Set.of());

    @Test
    void everyEndOfAllOrdersIsFound() {
        long few = 0;
        long all = 0;
        for (long seed = 1; seed <= PROGRAMS; seed++) {
            var program = new SmallProgram(seed);
            var reduced = EXPLORER.explore(program::scene);
            var complete = EXPLORER.unreduced().explore(program::scene);

            // Why: where somebody may wait for ever, both stop at the first schedule in which he does.
            assertThat(reduced.failure() == null)
                    .as("seed %d: %s", seed, program)
                    .isEqualTo(complete.failure() == null);
            if (complete.failure() != null) continue;
            assertThat(reduced.ends()).as("seed %d: %s", seed, program).isEqualTo(complete.ends());
            few += reduced.schedules() + reduced.cutShort();
            all += complete.schedules();
        }
        assertThat(few).isLessThan(all / 2);
        System.out.println("explorer: " + few + " schedules found what " + all + " did, in " + PROGRAMS + " programs");
    }

    @Test
    void twoLocksTakenInOppositeOrderAreADeadlock() {
        var outcome = EXPLORER.explore(() -> new TwoThreads() {
            private final Object one = new Object();
            private final Object other = new Object();

            @Override
            public void run(int thread) {
                Steps.lock(thread == 0 ? one : other);
                Steps.lock(thread == 0 ? other : one);
                Steps.unlock(thread == 0 ? other : one);
                Steps.unlock(thread == 0 ? one : other);
            }
        });

        assertThat(outcome.failure()).startsWith("nobody can go on");
        assertThat(outcome.story()).isNotEmpty();
    }

    @Test
    void aFieldThatNothingOrdersIsARace() {
        assertThat(EXPLORER.explore(() -> new Message(true)).failure()).isNull();
        assertThat(EXPLORER.explore(() -> new Message(false)).failure()).contains("a race");
    }

    private abstract static class TwoThreads implements Scene {
        @Override
        public int threads() {
            return 2;
        }

        @Override
        public @Nullable String complaint() {
            return null;
        }

        @Override
        public @Nullable String complaintAtEnd() {
            return null;
        }

        @Override
        public String end() {
            return "";
        }
    }

    /// One thread writes and then says so; the other reads if that was said.
    private static final class Message extends TwoThreads {
        private final boolean isOrdered;
        private boolean isSaid;

        Message(boolean isOrdered) {
            this.isOrdered = isOrdered;
        }

        @Override
        public void run(int thread) {
            if (thread == 0) {
                Steps.plainWrite(this, "text");
                say();
                isSaid = true;
            } else {
                look();
                if (isSaid) Steps.plainRead(this, "text");
            }
        }

        private void say() {
            if (isOrdered) Steps.write(this, "said");
            else Steps.plainRead(this, "said");
        }

        private void look() {
            if (isOrdered) Steps.read(this, "said");
            else Steps.await(this, "nothing", () -> isSaid);
        }
    }
}
