package dev.weir.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/// Proves that an amount of memory says what it is.
final class MemorySizeTest {
    @Test
    void anAmountHasItsUnit() {
        assertThat(MemorySize.kibibytes(3).bytes()).isEqualTo(3_072);
        assertThat(MemorySize.mebibytes(64).bytes()).isEqualTo(67_108_864);
        assertThat(MemorySize.gibibytes(2).bytes()).isEqualTo(2_147_483_648L);
    }

    @Test
    void itIsPrintedInTheLargestUnitThatDividesIt() {
        assertThat(MemorySize.mebibytes(64)).hasToString("64MiB");
        assertThat(MemorySize.mebibytes(2_048)).hasToString("2GiB");
        assertThat(MemorySize.gibibytes(4_096)).hasToString("4096GiB");
        assertThat(MemorySize.kibibytes(1_025)).hasToString("1025KiB");
        assertThat(new MemorySize(1_000)).hasToString("1000");
    }

    @Test
    void amountsBelowOneByteAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new MemorySize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> MemorySize.mebibytes(-1));
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> MemorySize.gibibytes(Long.MAX_VALUE));
    }
}
