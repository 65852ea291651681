/// The small scenario: callers that borrow a few connections from a cache, and an origin that
/// misbehaves. Read `PoolScenario` first.
///
/// **Depends on:** time, memory, loop, transport, connection, pool, testing.sim.
@NullMarked
package dev.weir.laws.pool;

import org.jspecify.annotations.NullMarked;
