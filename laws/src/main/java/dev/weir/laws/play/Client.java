package dev.weir.laws.play;

import dev.weir.testing.sim.turn.Actor;

/// Somebody who asks and waits for answers, over and over, until he is stopped.
///
/// **Threads:** confined to its world.
public interface Client extends Actor {
    /// Begins one exchange, whatever it was told before.
    void begin();

    /// Whether an exchange of it has no outcome yet.
    boolean isPending();

    /// Begins no more exchanges by itself.
    void stop();
}
