/// What a program opens: the runtime everything else lives in. Read `Weir` first.
///
/// **Depends on:** time, ledger, memory.block, memory.wait, memory, loop, transport, transport.tcp, connection.
@NullMarked
package dev.weir.runtime;

import org.jspecify.annotations.NullMarked;
