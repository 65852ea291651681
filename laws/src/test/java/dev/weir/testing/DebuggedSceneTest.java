package dev.weir.testing;

import static dev.weir.memory.block.BlockSize.NORMAL;
import static dev.weir.memory.block.Urgency.INTAKE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.MemoryDebug;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Proves that a test can have its memory debugged, by asking a scene for it.
@Balanced
final class DebuggedSceneTest {
    @Test
    void buffersAreRefusedAsTheShapeSays(Scene scene) {
        ManualLoops loops = scene.inMemory(Shape.SMALL.withDebug(MemoryDebug.OFF.withRefusals(1000, 1)));

        assertThat(loops.pool().tryAcquire(NORMAL, INTAKE, 0, "test")).isNull();

        assertThat(loops.pool().refusals()).isEqualTo(1);
    }

    @Test
    void whatIsLeftAtCloseIsNamedWithItsPlace(Scene scene) {
        ManualLoops loops = scene.inMemory(Shape.SMALL.withDebug(MemoryDebug.OFF.withPlaces()));
        Buffer kept = Objects.requireNonNull(loops.pool().tryAcquire(NORMAL, INTAKE, 0, "forgetful"));

        var report = loops.group().close(Deadline.in(scene.clock(), Duration.ofSeconds(1)));

        assertThat(report.survivors())
                .anyMatch(line ->
                        line.contains("17408 bytes of 'forgetful'") && line.contains("DebuggedSceneTest.whatIsLeft"));
        kept.release();
    }
}
