package dev.weir.connection;

import dev.weir.testing.ManualLoops;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;

/// The network that a test runs over.
public enum NetworkKind {
    TCP,
    MEMORY;

    /// Loops over this network, turned by hand.
    public ManualLoops loops(Scene scene, Shape shape) {
        return this == TCP ? scene.tcpByHand(shape) : scene.inMemory(shape);
    }
}
