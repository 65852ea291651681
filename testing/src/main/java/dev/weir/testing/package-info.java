/// Tools for tests of protocols: a manual clock and manual loops, scripted peers, a fault-injecting proxy, and
/// the JUnit extension that fails a test which leaves anything open. Read `Balanced` first, then `Scene`.
///
/// **Depends on:** time, ledger, memory.block, memory.wait, memory, loop, transport, transport.tcp,
/// transport.inmemory, runtime, testing.proxy, testing.sim.
@NullMarked
package dev.weir.testing;

import org.jspecify.annotations.NullMarked;
