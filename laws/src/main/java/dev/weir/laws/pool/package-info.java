/// The small scenario: callers that borrow a few connections from a cache, and an origin that
/// misbehaves. Read `PoolScenario` first.
///
/// **Depends on:** time, memory.block, memory, loop, transport, connection, pool, laws.play, testing.sim and its
/// packages.
@NullMarked
package dev.weir.laws.pool;

import org.jspecify.annotations.NullMarked;
