/// A connection's life: the one place where transport, conversation and memory meet. Read `Connection` first.
///
/// **Depends on:** time, ledger, memory.block, memory, loop, transport.
@NullMarked
package dev.weir.connection;

import org.jspecify.annotations.NullMarked;
