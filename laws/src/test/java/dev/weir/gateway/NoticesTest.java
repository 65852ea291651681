package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Proves that only the first thread writes lines for people, and that others do not wait for it.
final class NoticesTest {
    private final List<String> written = new ArrayList<>();

    /// Made by the thread of the test, which is the first one: whoever makes the test may be another.
    private Notices notices() {
        return new Notices(written::add);
    }

    private static void sayElsewhere(Notices notices, int lines) throws InterruptedException {
        Thread other = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < lines; i++) notices.accept("line " + i);
        });
        other.join();
    }

    @Test
    void theFirstThreadWritesQueuedLinesBeforeItsOwn() throws InterruptedException {
        Notices notices = notices();
        var woken = new AtomicInteger();
        notices.wakes(woken::incrementAndGet);

        sayElsewhere(notices, 2);
        assertThat(written).isEmpty();
        assertThat(notices.isWaiting()).isTrue();
        assertThat(woken).hasValue(2);
        notices.accept("own");

        assertThat(written).containsExactly("line 0", "line 1", "own");
        assertThat(notices.isWaiting()).isFalse();
    }

    @Test
    void linesBeyondTheLimitAreCounted() throws InterruptedException {
        Notices notices = notices();
        sayElsewhere(notices, 300);
        notices.write();

        assertThat(written).hasSize(257).endsWith("44 more lines were dropped");
    }
}
