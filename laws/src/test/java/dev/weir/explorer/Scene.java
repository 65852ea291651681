package dev.weir.explorer;

import org.jspecify.annotations.Nullable;

/// One fresh stage for one schedule: the threads and what must hold.
///
/// It is made, checked and ended while no thread of it runs.
public interface Scene {
    /// How many threads there are, three at most.
    int threads();

    /// What thread number `thread` does, from its beginning to its end.
    void run(int thread);

    /// What does not hold between two steps; null when all is well.
    @Nullable
    String complaint();

    /// What does not hold after the last step; null when all is well.
    @Nullable
    String complaintAtEnd();

    /// What the end is like, so that two ends can be compared.
    String end();
}
