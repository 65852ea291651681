package dev.weir.connection;

import dev.weir.testing.ManualLoops;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;

/// Over which network a test runs.
public enum NetworkKind {
    TCP,
    MEMORY;

    /// Loops by hand over it.
    public ManualLoops loops(Scene scene, Shape shape) {
        return this == TCP ? scene.tcpByHand(shape) : scene.inMemory(shape);
    }
}
