package dev.weir.laws.play;

import dev.weir.testing.sim.turn.Actor;

/// A client that sends requests and waits for answers, over and over, until it is stopped.
///
/// **Threads:** confined to its world.
public interface Client extends Actor {
    /// Begins one exchange, even after [#stop].
    void begin();

    /// Whether one of its exchanges has no outcome yet.
    boolean isPending();

    /// Begins no more exchanges on its own.
    void stop();
}
