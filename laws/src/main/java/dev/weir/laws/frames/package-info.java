/// Messages that must be whole, to a server that has memory for a few of them and more clients than that. Read
/// `FramesScenario` first.
///
/// **Depends on:** time, memory.block, memory, loop, transport, protocol, connection, message, runtime,
/// laws.play, testing.sim and its packages.
@NullMarked
package dev.weir.laws.frames;

import org.jspecify.annotations.NullMarked;
