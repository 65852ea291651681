package dev.weir.laws.hunt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves that a hunt asks the tests of every package, those of packages below another among them.
final class TestsTest {
    @Test
    void testsOfAPackageBelowAnotherAreAskedWithIt() throws IOException {
        List<String> ofPool = Tests.onClassPath().of("dev.weir.pool");

        assertThat(ofPool)
                .contains("dev.weir.pool.exclusive.SharedAddressTest")
                .isEqualTo(Tests.onClassPath().of("dev.weir.pool.exclusive"));
    }

    @Test
    void everyTestBelongsToALayer() throws IOException {
        Tests tests = Tests.onClassPath();

        // Why: a package that no layer names fails here, instead of being left out in silence.
        assertThat(tests.of("dev.weir.gateway")).isNotEmpty();
        assertThat(tests.below("dev.weir.gateway")).contains("dev.weir.memory.HandOffExplorerTest");
    }
}
