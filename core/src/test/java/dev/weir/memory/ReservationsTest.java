package dev.weir.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.memory.MemoryPlan.Line;
import dev.weir.memory.MemoryPlan.Settings;
import dev.weir.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves that of each charge no more is taken than the plan has, all parts or none, and that all comes back.
final class ReservationsTest {
    private static final MemoryPlan PLAN = MemoryPlan.of(
            1 << 20,
            List.of(),
            List.of(new Line("connections", 10, 100), new Line("links", 5, 10), new Line("links", 5, 20)),
            Settings.DEFAULT);

    private static Reservation take(MemoryBudget budget, Line... parts) {
        Reservation taken = budget.tryReserve(List.of(parts));
        if (taken == null) throw new AssertionError("the plan has so much");
        return taken;
    }

    @Test
    void aLineIsReservedToItsLastByteAndNoFurther() {
        try (var budget = MemoryBudget.open(PLAN, Clock.system(), 0)) {
            Reservation all = take(budget, new Line("connections", 1000, 1));

            assertThat(all.bytes()).isEqualTo(1000);
            assertThat(budget.unreservedBytes("connections")).isZero();
            assertThat(budget.tryReserve(List.of(new Line("connections", 1, 1))))
                    .isNull();
            all.close();
        }
    }

    @Test
    void partsAndLinesOfOnePurposeAddUp() {
        try (var budget = MemoryBudget.open(PLAN, Clock.system(), 0)) {
            assertThat(budget.unreservedBytes("links")).isEqualTo(150);
            assertThat(budget.tryReserve(List.of(new Line("links", 100, 1), new Line("links", 51, 1))))
                    .isNull();
            try (var both = take(budget, new Line("links", 100, 1), new Line("links", 50, 1))) {
                assertThat(both.bytes()).isEqualTo(150);
                assertThat(budget.unreservedBytes("links")).isZero();
            }
        }
    }

    @Test
    void whenOnePartIsMissingNoneIsTaken() {
        try (var budget = MemoryBudget.open(PLAN, Clock.system(), 0)) {
            assertThat(budget.tryReserve(List.of(new Line("connections", 1, 100), new Line("links", 151, 1))))
                    .isNull();
            assertThat(budget.tryReserve(List.of(new Line("connections", 1, 100), new Line("unknown", 1, 1))))
                    .isNull();

            assertThat(budget.reservedBytes()).isZero();
        }
    }

    @Test
    void closingAReservationTwiceReturnsItOnce() {
        try (var budget = MemoryBudget.open(PLAN, Clock.system(), 0)) {
            Reservation kept = take(budget, new Line("connections", 4, 100));
            Reservation closed = take(budget, new Line("connections", 4, 100), new Line("links", 1, 10));

            closed.close();
            closed.close();

            assertThat(budget.reservedBytes()).isEqualTo(400);
            kept.close();
            assertThat(budget.reservedBytes()).isZero();
        }
    }

    @Test
    void invalidPartsAreRefused() {
        try (var budget = MemoryBudget.open(PLAN, Clock.system(), 0)) {
            var half = new Line("connections", 1, Long.MAX_VALUE);

            assertThatThrownBy(() -> budget.tryReserve(List.of(half, half))).isInstanceOf(ArithmeticException.class);
            assertThat(budget.reservedBytes()).isZero();
        }
    }
}
