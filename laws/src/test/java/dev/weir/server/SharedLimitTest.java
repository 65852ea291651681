package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves the counter of [SharedLimit] alone: never more places than it has, none lost, first come first served. By
/// hand, and by threads that take and give back as fast as they can.
final class SharedLimitTest {
    private final List<String> served = new ArrayList<>();

    private final class Named implements SharedLimit.Waiting {
        private final String name;
        private boolean isGone;

        Named(String name) {
            this.name = name;
        }

        @Override
        public boolean serve() {
            if (isGone) return false;
            served.add(name);
            return true;
        }
    }

    @Test
    void placesGoToWaitingServersInOrderOfArrival() {
        var limit = SharedLimit.ofPlaces(1);
        assertThat(limit.tryTake()).isTrue();
        for (String name : List.of("first", "second", "third")) {
            assertThat(limit.takeOrWait(new Named(name))).isFalse();
        }

        limit.giveBack();
        limit.giveBack();

        assertThat(served).containsExactly("first", "second");
        assertThat(limit.taken()).isEqualTo(1);
        assertThat(limit.tryTake()).as("one waits still").isFalse();
    }

    @Test
    void serversOnClosedLoopsLeaveTheirTurnToTheNext() {
        var limit = SharedLimit.ofPlaces(1);
        assertThat(limit.tryTake()).isTrue();
        var gone = new Named("gone");
        gone.isGone = true;
        assertThat(limit.takeOrWait(gone)).isFalse();
        assertThat(limit.takeOrWait(new Named("next"))).isFalse();

        limit.giveBack();

        assertThat(served).containsExactly("next");
        limit.giveBack();
        assertThat(limit.taken()).isZero();
    }

    @Test
    void aCancelledServerIsNotServed() {
        var limit = SharedLimit.ofPlaces(1);
        assertThat(limit.tryTake()).isTrue();
        var tired = new Named("tired");
        assertThat(limit.takeOrWait(tired)).isFalse();

        limit.forget(tired);
        limit.giveBack();

        assertThat(served).isEmpty();
        assertThat(limit.taken()).isZero();
    }

    /// One thread is one server: it takes a place or waits for it, looks how many have one, and gives it back.
    private static final class Taker implements SharedLimit.Waiting, Callable<Integer> {
        private static final int TIMES = 50_000;

        private final SharedLimit limit;
        private final AtomicInteger inside;
        private final Semaphore places = new Semaphore(0);

        Taker(SharedLimit limit, AtomicInteger inside) {
            this.limit = limit;
            this.inside = inside;
        }

        @Override
        public boolean serve() {
            places.release();
            return true;
        }

        @Override
        public Integer call() throws InterruptedException {
            int most = 0;
            for (int i = 0; i < TIMES; i++) {
                boolean has = i % 5 == 0 && limit.tryTake();
                if (!has && !limit.takeOrWait(this)) {
                    assertThat(places.tryAcquire(30, TimeUnit.SECONDS))
                            .as("a place came")
                            .isTrue();
                }
                most = Math.max(most, inside.incrementAndGet());
                inside.decrementAndGet();
                limit.giveBack();
            }
            return most;
        }
    }

    @Test
    @DisplayName("S-08 a limit that several servers share is exact, whatever their threads do")
    void concurrentThreadsNeverExceedTheLimitAndLoseNoPlace() throws Exception {
        int threads = 6;
        int places = 3;
        var limit = SharedLimit.ofPlaces(places);
        var inside = new AtomicInteger();
        List<Taker> takers = new ArrayList<>();
        for (int i = 0; i < threads; i++) takers.add(new Taker(limit, inside));

        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (Future<Integer> most : pool.invokeAll(takers)) {
                assertThat(most.get()).isBetween(1, places);
            }
        }

        assertThat(limit.taken()).isZero();
        assertThat(limit.waiting()).isZero();
    }
}
