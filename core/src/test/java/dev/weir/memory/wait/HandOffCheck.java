package dev.weir.memory.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.block.LoopCache;
import dev.weir.memory.block.Store;
import java.util.function.ToLongFunction;

/// Looks into a hand-off between two steps.
public final class HandOffCheck {
    private HandOffCheck() {}

    /// Asks its store.
    public static long ofStore(HandOff handOff, ToLongFunction<Store> question) {
        synchronized (handOff.lock) {
            return question.applyAsLong(handOff.store);
        }
    }

    /// Checks the invariant I-2.
    public static void nobodyEntitledWaits(HandOff handOff, LoopCache[] caches) {
        synchronized (handOff.lock) {
            assertThat(handOff.queues.mostUrgent(handOff.store, null))
                    .as("I-2 an entitled waiter while there is a free block")
                    .isNull();
            if (handOff.queues.count() == 0) return;
            assertThat(handOff.isPressing()).isTrue();
            for (LoopCache cache : caches) {
                assertThat(cache.count())
                        .as("I-2 blocks in caches while somebody waits")
                        .isZero();
            }
        }
    }
}
