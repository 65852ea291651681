package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Proves that a clock which throws stands still, and that whoever looks can see for how long it has.
final class SteadyClockTest {
    private long now = Long.MAX_VALUE - 1;
    private @Nullable Throwable failure;
    private final Clock throwing = new Clock() {
        @Override
        public long nanoTime() {
            maybeThrow();
            return now;
        }

        @Override
        public long epochMillis() {
            maybeThrow();
            return now;
        }
    };

    private void maybeThrow() {
        if (failure instanceof RuntimeException exception) throw exception;
        if (failure instanceof Error error) throw error;
    }

    @Test
    void timeStandsStillWhileTheClockThrowsAndGoesOnAfter() {
        var steady = (SteadyClock) SteadyClock.of(throwing);
        // Why: nanoseconds may overflow, and go on all the same.
        now += 2;
        assertThat(steady.nanoTime()).isEqualTo(now);
        assertThat(steady.epochMillis()).isEqualTo(now);
        long before = now;

        now += 10;
        failure = new IllegalStateException("planted");
        assertThat(steady.nanoTime()).isEqualTo(before);
        assertThat(steady.epochMillis()).isEqualTo(before);
        assertThat(steady.failuresInARow()).isEqualTo(2);
        assertThat(steady.failure()).hasMessage("planted");

        failure = null;
        assertThat(steady.nanoTime()).isEqualTo(now);
        assertThat(steady.failuresInARow()).isZero();
        assertThat(steady.failures()).isEqualTo(2);
    }

    @Test
    void anErrorOfTheVirtualMachineIsThrownOn() {
        Clock steady = SteadyClock.of(throwing);
        failure = new OutOfMemoryError("planted");

        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(steady::nanoTime);
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(steady::epochMillis);
    }

    @Test
    void aClockThatNeverWorkedIsRefusedAndTheSystemClockIsNotWrapped() {
        failure = new IllegalStateException("planted");

        assertThatIllegalStateException().isThrownBy(() -> SteadyClock.of(throwing));
        failure = null;
        Clock steady = SteadyClock.of(throwing);
        assertThat(SteadyClock.of(steady)).isSameAs(steady);
        assertThat(SteadyClock.of(Clock.system())).isSameAs(Clock.system());
    }
}
