/// TCP over the JDK's selector. Read `TcpNetwork` first.
///
/// **Depends on:** time, ledger, loop, transport.
@NullMarked
package dev.weir.transport.tcp;

import org.jspecify.annotations.NullMarked;
