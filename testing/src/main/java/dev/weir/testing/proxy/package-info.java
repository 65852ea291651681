/// A proxy that injects faults, exact to the byte: for tests, and as `./weir
/// faultproxy`. Read `FaultProxy` first, `ProxyFault` for what it can do, `Lane` to see where it happens.
///
/// **Depends on:** time, ledger, memory.block, memory, loop, transport, connection, runtime.
@NullMarked
package dev.weir.testing.proxy;

import org.jspecify.annotations.NullMarked;
