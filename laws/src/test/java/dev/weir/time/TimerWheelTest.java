package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that the wheel fires what a sorted list would fire, never early and at most a slot late. Random
/// work from a seed is done on both.
final class TimerWheelTest {
    private static final long SLOT_NANOS = 1L << 20;
    private static final long ORIGIN = -7_777_777L;

    private static final class One {
        final int number;
        final Timer timer;
        long atNanos = Long.MAX_VALUE;

        One(int number, Trial trial) {
            this.number = number;
            this.timer = new Timer(() -> trial.fired(this));
        }
    }

    /// The reference is the moment each timer was given; no structure to be wrong.
    private static final class Trial {
        final Chance chance;
        final TimerWheel wheel = new TimerWheel(ORIGIN);
        final List<One> ones = new ArrayList<>();
        long now = ORIGIN;
        int fired;
        String wrong = "";

        Trial(long seed) {
            chance = new Chance(seed);
            for (int i = 0; i < 200; i++) ones.add(new One(i, this));
        }

        void fired(One one) {
            fired++;
            if (one.atNanos == Long.MAX_VALUE) wrong += "fired though cancelled: " + one.number + "\n";
            else if (now < one.atNanos) wrong += "early by " + (one.atNanos - now) + ": " + one.number + "\n";
            one.atNanos = Long.MAX_VALUE;
            act();
        }

        /// Also done from inside a firing: on any timer, itself included.
        void act() {
            One one = ones.get(chance.below(ones.size()));
            if (chance.below(3) == 0) {
                one.atNanos = Long.MAX_VALUE;
                wheel.cancel(one.timer);
            } else {
                long reach = 1L << (10 + chance.below(48));
                long given = now + chance.next() % reach;
                one.atNanos = Math.max(given, now); // the past is due now
                wheel.schedule(one.timer, given);
            }
        }

        void step() {
            for (int i = chance.below(4); i > 0; i--) act();
            long next = wheel.nextNanos(now);
            long due = ones.stream().mapToLong(one -> one.atNanos).min().orElse(Long.MAX_VALUE);
            boolean tooLate = due != Long.MAX_VALUE
                    && (next == Long.MAX_VALUE || now + next > Math.max(due, now) + 2 * SLOT_NANOS);
            if (tooLate) wrong += "sleeps " + next + " but something is due in " + (due - now) + "\n";
            now += chance.below(4) == 0 && next != Long.MAX_VALUE
                    ? next
                    : Math.abs(chance.next() % (1L << (15 + chance.below(35))));
            wheel.advance(now);
            for (One one : ones) {
                // Why: what was scheduled for the past or the present during this step has until the next slot.
                if (one.atNanos < Long.MAX_VALUE / 2 && one.atNanos + 2 * SLOT_NANOS <= now) {
                    wrong += "late by " + (now - one.atNanos) + ": " + one.number + "\n";
                }
            }
        }

        int scheduled() {
            return (int)
                    ones.stream().filter(one -> one.atNanos != Long.MAX_VALUE).count();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void firesWhatASortedListWouldFire(long seed) {
        var trial = new Trial(seed);

        for (int step = 0; step < 5_000 && trial.wrong.isEmpty(); step++) trial.step();

        assertThat(trial.wrong).as("seed %d", seed).isEmpty();
        assertThat(trial.wheel.live()).as("seed %d", seed).isEqualTo(trial.scheduled());
        assertThat(trial.fired).isGreaterThan(1_000);
    }

    @Test
    void timersAreNeverEarlyAndLessThanASlotLate() {
        var fired = new ArrayList<Long>();
        for (long delay :
                new long[] {1, SLOT_NANOS - 1, SLOT_NANOS, SLOT_NANOS + 1, 64 * SLOT_NANOS, 4096 * SLOT_NANOS + 5}) {
            var wheel = new TimerWheel(0);
            long[] now = {0};
            wheel.schedule(new Timer(() -> fired.add(now[0] - delay)), delay);
            while (wheel.live() > 0) {
                now[0] += wheel.nextNanos(now[0]);
                wheel.advance(now[0]);
            }
        }

        assertThat(fired).hasSize(6).allMatch(late -> late >= 0 && late < SLOT_NANOS);
    }

    @Test
    void aTimerBehindOneThatThrowsStillFires() {
        var wheel = new TimerWheel(0);
        var fired = new ArrayList<String>();
        wheel.schedule(new Timer(() -> fired.add("first made, last linked")), 5);
        wheel.schedule(
                new Timer(() -> {
                    throw new IllegalStateException("planted");
                }),
                5);

        assertThatThrownBy(() -> wheel.advance(10 * SLOT_NANOS)).hasMessage("planted");
        assertThat(wheel.nextNanos(10 * SLOT_NANOS)).isZero();
        wheel.schedule(new Timer(() -> fired.add("later")), 11 * SLOT_NANOS);
        wheel.advance(20 * SLOT_NANOS);

        assertThat(fired).containsExactly("first made, last linked", "later");
        assertThat(wheel.live()).isZero();
    }

    @Test
    void aMomentBeyondTheRangeIsBroughtForward() {
        var wheel = new TimerWheel(0);
        wheel.schedule(new Timer(() -> {}), Long.MAX_VALUE - 1);

        assertThat(wheel.nextNanos(0)).isBetween(365L * 24 * 3600 * 1_000_000_000L, Long.MAX_VALUE - 1);
    }

    @Test
    void schedulingFiringAndCancellingAllocateNothing() {
        var wheel = new TimerWheel(0);
        var timers = new Timer[1_000];
        for (int i = 0; i < timers.length; i++) timers[i] = new Timer(() -> {});
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        work(wheel, timers, 0);

        long before = threads.getCurrentThreadAllocatedBytes();
        work(wheel, timers, 1L << 40);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000);
    }

    private static void work(TimerWheel wheel, Timer[] timers, long from) {
        for (int round = 1; round <= 1_000; round++) {
            for (int i = 0; i < timers.length; i++) wheel.schedule(timers[i], from + (long) i * round * SLOT_NANOS);
            for (int i = 0; i < timers.length; i += 3) wheel.cancel(timers[i]);
            wheel.advance(from + round * 300L * SLOT_NANOS);
        }
    }
}
