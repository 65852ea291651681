package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.MemoryPlan;
import dev.weir.runtime.WeirSettings;
import org.junit.jupiter.api.Test;

/// Proves that a heap is refused exactly when it cannot hold the charges and the program, and that the
/// complaint says what to change. Pure arithmetic.
final class HeapCheckTest {
    private static final WeirSettings SETTINGS = WeirSettings.of("test", 64 << 20)
            .withCharge(new MemoryPlan.Line("small", 1, 1 << 10))
            .withCharge(new MemoryPlan.Line("connections of many", 1024, 20 << 10));
    private static final long NEEDED = HeapCheck.PROGRAM_BYTES + (20 << 20) + (1 << 10);

    @Test
    void aHeapThatHoldsTheChargesIsAccepted() {
        assertThat(HeapCheck.complaint(SETTINGS, NEEDED)).isEmpty();
    }

    @Test
    void aHeapOneByteTooSmallIsRefusedWithBothNumbersAndTheRemedy() {
        assertThat(HeapCheck.complaint(SETTINGS, NEEDED - 1))
                .hasValueSatisfying(complaint -> assertThat(complaint)
                        .contains(
                                "need 37 MiB of heap",
                                "the JVM has 36",
                                "-Xmx37m",
                                "connections of many (20,971,520 bytes)"));
    }
}
