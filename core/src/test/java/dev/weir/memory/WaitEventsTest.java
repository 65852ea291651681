package dev.weir.memory;

import static dev.weir.memory.block.BlockSize.NORMAL;
import static dev.weir.memory.block.Urgency.INTAKE;
import static dev.weir.memory.block.Urgency.RESPONSE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.block.Account;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.wait.CancelReason;
import dev.weir.memory.wait.ManualClock;
import dev.weir.memory.wait.ManualLoop;
import dev.weir.memory.wait.RecordingWaiter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Proves that a flight recording is told of waits for memory, and of what it asked for only.
class WaitEventsTest {
    private static final String BEGUN = "dev.weir.MemoryWaitBegun";
    private static final String GRANTED = "dev.weir.MemoryWaitGranted";
    private static final String GIVEN_UP = "dev.weir.MemoryWaitGivenUp";

    private final ManualClock clock = new ManualClock();
    private final ManualLoop home = new ManualLoop();
    private final StringBuilder order = new StringBuilder();

    private record Named(long id, String label) implements Account {}

    @TempDir
    Path folder = Path.of("replaced by JUnit");

    /// One waits 50 ns and is granted, one gives up after 50 ns because its time is over.
    private void waits() {
        try (var budget = MemoryBudget.open(Plans.oneBlockSlabs(4, 3), clock, 1)) {
            Buffer only = Plans.some(budget.pool().tryAcquire(NORMAL, INTAKE, 0, "first"));
            var served = new RecordingWaiter("served", home, order);
            var late = new RecordingWaiter("late", home, order);
            served.setAccount(new Named(7, "downstream a"));
            assertThat(budget.pool().acquire(served, NORMAL, INTAKE, 0, "request head"))
                    .isNull();
            assertThat(budget.pool().acquire(late, NORMAL, INTAKE, 0, "request body"))
                    .isNull();
            clock.turn(50);
            assertThat(budget.pool().cancel(late, CancelReason.TIMED_OUT)).isTrue();
            only.release();
            assertThat(home.run()).isEqualTo(1);
            served.takeBuffer().release();
            assertThat(budget.usage().gaveUp()).isEqualTo(new Usage.GaveUp(1, 0));
        }
    }

    private List<RecordedEvent> recorded(boolean everything) throws IOException {
        Path file = folder.resolve("waits.jfr");
        waits(); // Why: what is loaded and compiled before a recording begins must be told of all the same
        try (var recording = new Recording()) {
            if (everything) {
                recording.enable(BEGUN);
                recording.enable(GRANTED);
            }
            recording.start();
            waits();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.weir."))
                .toList();
    }

    @Test
    void beginGrantAndCancelAreRecorded() throws IOException {
        List<RecordedEvent> told = recorded(true);

        assertThat(told)
                .extracting(event -> event.getEventType().getName())
                .containsExactly(BEGUN, BEGUN, GIVEN_UP, GRANTED);
        RecordedEvent granted = told.getLast();
        assertThat(granted.getString("purpose")).isEqualTo("request head");
        assertThat(granted.getLong("connection")).isEqualTo(7);
        assertThat(granted.getString("place")).isEqualTo("downstream a");
        assertThat(granted.getString("urgency")).isEqualTo("intake");
        assertThat(granted.getLong("bytes")).isEqualTo(NORMAL.bytes());
        assertThat(granted.getDuration("waited").toNanos()).isEqualTo(50);
        RecordedEvent late = told.get(2);
        assertThat(late.getString("why")).isEqualTo("timed_out");
        assertThat(late.getString("purpose")).isEqualTo("request body");
        assertThat(late.getLong("connection")).isZero();
        assertThat(late.getDuration("waited").toNanos()).isEqualTo(50);
    }

    @Test
    void aDefaultRecordingHasCancelledWaitsOnly() throws IOException {
        assertThat(recorded(false))
                .extracting(event -> event.getEventType().getName())
                .containsExactly(GIVEN_UP);
    }

    @Test
    void theOldestWaitIsReportedByUrgency() {
        try (var budget = MemoryBudget.open(Plans.oneBlockSlabs(4, 3), clock, 1)) {
            Buffer only = Plans.some(budget.pool().tryAcquire(NORMAL, INTAKE, 0, "first"));
            Buffer step = Plans.some(budget.pool().tryAcquire(NORMAL, RESPONSE, 0, "second"));
            Buffer next = Plans.some(budget.pool().tryAcquire(NORMAL, RESPONSE, 0, "third"));
            var intake = new RecordingWaiter("intake", home, order);
            var response = new RecordingWaiter("response", home, order);
            assertThat(budget.pool().acquire(intake, NORMAL, INTAKE, 0, "i")).isNull();
            clock.turn(30);
            assertThat(budget.pool().acquire(response, NORMAL, RESPONSE, 0, "r"))
                    .isNull();
            clock.turn(20);

            Usage usage = budget.usage();

            assertThat(usage.oldest()).isEqualTo(new Usage.Oldest(0, 20, 0, 50));
            assertThat(usage.oldestWaitNanos()).isEqualTo(50);
            assertThat(usage.reserveOutBytes()).isEqualTo(2L * NORMAL.bytes());
            budget.pool().cancel(intake);
            budget.pool().cancel(response);
            assertThat(budget.usage().gaveUp()).isEqualTo(new Usage.GaveUp(0, 2));
            for (Buffer one : List.of(only, step, next)) one.release();
        }
    }
}
