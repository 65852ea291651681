package dev.weir.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that retries stay a fifth of the requests, and a hundred beyond that at most.
final class RetryBudgetTest {
    @Test
    @DisplayName("H-17 however many requests came, a hundred retries are saved up at most")
    void atMostAHundredRetriesAreSaved() {
        var budget = new RetryBudget();
        for (int i = 0; i < 10_000; i++) budget.earn();

        assertThat(spent(budget)).isEqualTo(100);
    }

    @Test
    @DisplayName("H-17 five requests earn one retry")
    void fiveRequestsEarnOneRetry() {
        var budget = new RetryBudget();
        spent(budget);
        for (int i = 0; i < 4; i++) budget.earn();
        assertThat(budget.canSpend()).isFalse();
        assertThat(budget.spend()).isFalse();
        budget.earn();

        assertThat(budget.canSpend()).isTrue();
        assertThat(spent(budget)).isOne();
    }

    private static int spent(RetryBudget budget) {
        int spent = 0;
        while (spent < 1_000 && budget.spend()) spent++;
        return spent;
    }
}
