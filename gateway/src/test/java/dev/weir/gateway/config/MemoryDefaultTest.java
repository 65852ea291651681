package dev.weir.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Proves the budget that is taken when the file names none. Sizes of machines and heaps are parameters.
final class MemoryDefaultTest {

    @ParameterizedTest
    @CsvSource({
        "512, 128, 96",
        "1024, 256, 192",
        "1280, 256, 256",
        "65536, 16384, 256",
        "256, 256, 0",
        "256, 1024, 0",
    })
    void itIsAQuarterOfWhatTheHeapLeavesAndAtMost256MiB(long machineMib, long heapMib, long expectedMib) {
        assertThat(MemoryDefault.of(machineMib << 20, heapMib << 20)).isEqualTo(expectedMib << 20);
    }

    @Test
    void unlimitedHeapLeavesNoDefaultBudget() {
        assertThat(MemoryDefault.of(1L << 30, Long.MAX_VALUE)).isZero();
    }

    @Test
    void thisMachineHasMemory() {
        assertThat(MemoryDefault.machineBytes()).isPositive();
        assertThat(MemoryDefault.here()).isBetween(0L, MemoryDefault.BYTES_LIMIT);
    }
}
