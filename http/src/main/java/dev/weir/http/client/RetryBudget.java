package dev.weir.http.client;

/// Keeps retries a small part of the traffic, so that they do not become the load that keeps an origin down:
/// each request earns a fifth of a retry, and at most a hundred retries are saved.
///
/// **Threads:** confined to its loop.
final class RetryBudget {
    private static final int COST = 5;
    private static final int SAVED_MAX = 100 * COST;

    private int saved = SAVED_MAX;

    void earn() {
        if (saved < SAVED_MAX) saved++;
    }

    boolean canSpend() {
        return saved >= COST;
    }

    boolean spend() {
        if (!canSpend()) return false;
        saved -= COST;
        return true;
    }
}
