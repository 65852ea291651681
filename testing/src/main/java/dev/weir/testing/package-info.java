/// What a test of a protocol stands on: a clock and loops turned by hand, peers that do what they are told,
/// a proxy that spoils what goes through it, and the JUnit extension that fails a test which leaves
/// anything open. Read `Balanced` first, then `Scene`.
///
/// **Depends on:** time, ledger, memory.block, memory.wait, memory, loop, transport, transport.tcp,
/// transport.inmemory, runtime, testing.proxy, testing.sim.
@NullMarked
package dev.weir.testing;

import org.jspecify.annotations.NullMarked;
