/// A network inside the process: the same code path as TCP without a socket. Read `InMemoryNetwork` first.
///
/// **Depends on:** time, ledger, loop, transport.
@NullMarked
package dev.weir.transport.inmemory;

import org.jspecify.annotations.NullMarked;
