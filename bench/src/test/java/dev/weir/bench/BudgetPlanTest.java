package dev.weir.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.bench.AllocatorPart.Score;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// What is read from the gateway's plan, and from what JMH writes.
final class BudgetPlanTest {
    @Test
    void theSumsOfThePlanAreRead() throws IOException {
        var plan = BudgetPlan.read("""
                memory in bytes
                fixed   read scratch       1 x 20,480 =      20,480
                fixed   write scratch      1 x 20,480 =      20,480
                charge  connections    1,040 x 1,408 =   1,464,320
                slabs   blocks of all sizes  20 x 52,224 = 1,044,480
                Of the slabs, 121,856 bytes (7 of 1,060 blocks) are the reserve.
                """);

        assertThat(plan).isEqualTo(new BudgetPlan(1_505_280, 40_960, 1_044_480, 1_060, 7));
    }

    @Test
    void aPlanWithoutAReserveIsNone() {
        assertThatThrownBy(() -> BudgetPlan.read("fine")).isInstanceOf(IOException.class);
    }

    @Test
    void aScoreHasItsTimeAndItsBytes() throws IOException {
        var score = Score.of("""
                "Benchmark","Mode","Threads","Samples","Score","Score Error (99.9%)","Unit"
                "dev.weir.bench.peer.BlockBenchmark.weir","avgt",1,10,21.500000,0.400000,"ns/op"
                "dev.weir.bench.peer.BlockBenchmark.weir:gc.alloc.rate.norm","avgt",1,10,0.000012,NaN,"B/op"
                """, "weir");

        assertThat(score).isEqualTo(new Score(21.5, 0.4, 0.000012));
    }
}
